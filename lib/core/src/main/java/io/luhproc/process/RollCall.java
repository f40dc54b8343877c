package io.luhproc.process;

import io.luhproc.time.Deadline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One look at the whole process table: everybody who lives, by all that may tell whose they are.
 * Any number of trees are told apart by one roll call.
 *
 * <p>Processes are listed until a listing shows nobody new: one that forked and left between its
 * listing and its reading would hide its child. For the same reason the cookie is read together
 * with the entry, while the process is there. 400 links of a chain in which each forks the next and
 * leaves, 1 ms apiece, do not get away.
 */
final class RollCall {
  private static final int MOST_LISTINGS = 50;

  private final ProcessTable table;
  private final CookieJar jar;
  private final long since;
  private final Set<Long> seen = new HashSet<>();
  private final Map<Long, ProcessEntry> living = new HashMap<>();
  private final Map<Long, List<ProcessEntry>> children = new HashMap<>();
  private final Map<Long, List<ProcessEntry>> bands = new HashMap<>();
  private final Map<Long, String> cookies = new HashMap<>();
  private final Map<String, List<ProcessEntry>> carriers = new HashMap<>();

  /**
   * Reads everybody once, and newcomers until the deadline has passed.
   *
   * @param since cookies of processes that started before do not matter and may not be read
   */
  RollCall(ProcessTable table, CookieJar jar, long since, Deadline end) {
    this.table = table;
    this.jar = jar;
    this.since = since;
    int listings = 0;
    while (readUnseen() && listings < MOST_LISTINGS && !end.expired()) {
      listings++;
    }
    jar.keepOnly(living);
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
    add(children, entry.parent(), entry);
    add(bands, entry.session(), entry);
    if (entry.group() != entry.session()) {
      add(bands, entry.group(), entry);
    }
    if (mayCarry(entry)) {
      String cookie = jar.of(table, entry);
      if (!cookie.isEmpty()) {
        cookies.put(entry.pid(), cookie);
        add(carriers, Cookie.lastName(cookie), entry);
      }
    }
  }

  private static <K> void add(Map<K, List<ProcessEntry>> index, K key, ProcessEntry entry) {
    List<ProcessEntry> entries = index.get(key);
    if (entries == null) {
      entries = new ArrayList<>(1);
      index.put(key, entries);
    }
    entries.add(entry);
  }

  private boolean mayCarry(ProcessEntry entry) {
    return ProcessIdentity.isPid(entry.pid())
        && entry.startTicks() >= since
        && !isKernelThread(entry);
  }

  /** Children of kthreadd, pid 2, have no memory and no session, and never an environment. */
  private static boolean isKernelThread(ProcessEntry entry) {
    return entry.session() == 0 && entry.rssBytes() == 0 && entry.parent() <= 2;
  }

  /** Returns who of this pid lives. */
  Optional<ProcessEntry> find(long pid) {
    return Optional.ofNullable(living.get(pid));
  }

  /** Returns the cookie that somebody carries itself; empty where there is none. */
  String cookie(long pid) {
    return cookies.getOrDefault(pid, "");
  }

  /** Returns who carries a cookie whose path ends with a name. */
  List<ProcessEntry> carriers(String lastName) {
    return carriers.getOrDefault(lastName, List.of());
  }

  /** Returns who lives and has this parent. */
  List<ProcessEntry> children(long pid) {
    return children.getOrDefault(pid, List.of());
  }

  /** Returns who lives in the session or in the process group of this id. */
  List<ProcessEntry> band(long id) {
    return bands.getOrDefault(id, List.of());
  }
}
