package io.luhproc.process;

import io.luhproc.time.Deadline;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Everybody who lives, each with whose cookie it carries itself.
 *
 * <p>Processes are listed until a listing shows nobody new: one that forked and left between its
 * listing and its reading would hide its child. For the same reason the cookie is read together
 * with the entry, while the process is there. 400 links of a chain in which each forks the next and
 * leaves, 1 ms apiece, do not get away.
 */
final class RollCall {
  private static final int MOST_LISTINGS = 50;

  private final ProcessTable table;
  private final Cookie cookie;
  private final Set<Long> seen = new HashSet<>();
  private final Map<Long, ProcessEntry> living = new HashMap<>();
  private final Map<Long, Owner> carried = new HashMap<>();

  /** Reads everybody once, and newcomers until the deadline has passed. */
  RollCall(ProcessTable table, Cookie cookie, Deadline end) {
    this.table = table;
    this.cookie = cookie;
    int listings = 0;
    while (readUnseen() && listings < MOST_LISTINGS && !end.expired()) {
      listings++;
    }
  }

  private boolean readUnseen() {
    boolean anyNew = false;
    for (long pid : table.pids()) {
      if (seen.add(pid)) {
        anyNew = true;
        Optional<ProcessEntry> entry = table.find(pid);
        if (entry.isPresent() && !entry.get().isDead()) {
          add(entry.get());
        }
      }
    }
    return anyNew;
  }

  private void add(ProcessEntry entry) {
    living.put(entry.pid(), entry);
    carried.put(entry.pid(), carriedBy(entry));
  }

  private Owner carriedBy(ProcessEntry entry) {
    return ProcessIdentity.isPid(entry.pid()) && !isKernelThread(entry)
        ? cookie.owner(table, entry.pid())
        : Owner.NOBODY;
  }

  /** Children of kthreadd, pid 2, have no memory and no session, and never an environment. */
  private static boolean isKernelThread(ProcessEntry entry) {
    return entry.session() == 0 && entry.rssBytes() == 0 && entry.parent() <= 2;
  }

  /** Returns who lives, by pid. */
  Map<Long, ProcessEntry> living() {
    return living;
  }

  /** Returns whose cookie somebody who lives carries itself. */
  Owner carriedBy(long pid) {
    return carried.getOrDefault(pid, Owner.NOBODY);
  }
}
