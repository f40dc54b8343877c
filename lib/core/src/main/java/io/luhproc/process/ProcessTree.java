package io.luhproc.process;

import io.luhproc.time.Deadline;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who belongs to one process directory, look after look: what one look has proven helps the next,
 * when the parents and leaders that proved it are gone.
 *
 * <p>Found are: the root; whoever carries the directory in {@code LUHPROC_DIR}; their descendants;
 * and the sessions and process groups that are theirs. Not found is who left all of these at once:
 * an orphan in a session of its own with a cleared environment.
 */
final class ProcessTree {
  private final ProcessTable table;
  private final Cookie cookie;
  private final Optional<ProcessIdentity> root;
  private final long self;

  private final EntrySet known = new EntrySet();
  // The id of a session or group of ours, and the start of the first of us in it.
  private final Map<Long, Long> bands = new HashMap<>();
  private Set<Long> groups = Set.of();

  ProcessTree(ProcessTable table, Path directory, Optional<ProcessIdentity> root, long self) {
    this.table = table;
    this.cookie = new Cookie(directory);
    this.root = root;
    this.self = self;
  }

  /**
   * Looks at the whole process table and returns who belongs and lives, without this JVM. After the
   * deadline it looks only once.
   */
  List<ProcessEntry> living(Deadline end) {
    Census census = new Census(this, new RollCall(table, cookie, end));
    List<ProcessEntry> members = census.members(self);
    for (ProcessEntry member : members) {
      boolean ignored = known.add(member);
    }
    groups = census.groups(self);
    return members;
  }

  /** Returns the process groups in which the last look saw members and nobody else. */
  Set<Long> groups() {
    return groups;
  }

  boolean isRoot(ProcessEntry entry) {
    return root.isPresent()
        && root.get().pid() == entry.pid()
        && root.get().startTicks() == entry.startTicks()
        && root.get().bootId().equals(table.bootId());
  }

  boolean isKnown(ProcessEntry entry) {
    return known.contains(entry);
  }

  /**
   * Notes that a member is in a session or a group. A root that is gone was the first in its own:
   * the kernel gives nobody else that number while the session or group has members, see setsid(2).
   */
  void join(long band, ProcessEntry member) {
    boolean ofRoot = root.isPresent() && root.get().pid() == band;
    long start = ofRoot ? root.get().startTicks() : member.startTicks();
    long first = Math.min(start, member.startTicks());
    Long before = bands.get(band);
    bands.put(band, before == null ? first : Math.min(first, before));
  }

  /** Returns whether a process is in a session or group of ours and not older than us in it. */
  boolean isIn(long band, ProcessEntry entry) {
    Long start = bands.get(band);
    return start != null && entry.startTicks() >= start;
  }
}
