package io.luhproc.process;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Who belongs to one process directory, look after look: what one look has proven helps the next,
 * when the parents and leaders that proved it are gone.
 *
 * <p>Found are: the root; whoever carries the directory in {@code LUHPROC_DIR}; who is in the
 * confinement, where there is one; their descendants; and the sessions and process groups that are
 * theirs. Not found without a confinement is who left all of these at once: an orphan in a session
 * of its own with a cleared environment.
 */
final class ProcessTree {
  private final ProcessTable table;
  private final TreeScope scope;
  private final Cookie cookie;
  private final long self;

  private final EntrySet known = new EntrySet();
  // The id of a session or group of ours, and the start of the first of us in it.
  private final Map<Long, Long> bands = new HashMap<>();
  private Set<Long> groups = Set.of();
  private Set<Long> confined = Set.of();

  ProcessTree(ProcessTable table, TreeScope scope, long self) {
    this.table = table;
    this.scope = scope;
    this.cookie = new Cookie(scope.directory());
    this.self = self;
  }

  /** Returns who of a roll call belongs and lives, without this JVM. */
  List<ProcessEntry> living(RollCall present) {
    // After the roll call: who had a pid then and is confined now is not its earlier owner, or is
    // gone and will not be signalled.
    confined = readConfined();
    Census census = new Census(this, present);
    List<ProcessEntry> members = census.members(self);
    addLateComers(present, members);
    for (ProcessEntry member : members) {
      boolean ignored = known.add(member);
    }
    groups = census.groups(self);
    return members;
  }

  private Set<Long> readConfined() {
    Set<Long> pids = new HashSet<>();
    if (scope.confinement().isPresent()) {
      for (long pid : scope.confinement().get().pids()) {
        if (ProcessIdentity.isPid(pid)) {
          pids.add(pid);
        }
      }
    }
    return pids;
  }

  /** Adds who is confined and was born after the roll call. */
  private void addLateComers(RollCall present, List<ProcessEntry> members) {
    List<ProcessEntry> late = new ArrayList<>();
    for (long pid : confined) {
      if (pid != self && present.find(pid).isEmpty()) {
        Optional<ProcessEntry> entry = table.find(pid);
        if (entry.isPresent() && !entry.get().isDead()) {
          late.add(entry.get());
        }
      }
    }
    // Who is confined still has the pid that it had when we looked who that is.
    Set<Long> now = late.isEmpty() ? Set.of() : readConfined();
    for (ProcessEntry entry : late) {
      if (now.contains(entry.pid())) {
        members.add(entry);
      }
    }
  }

  /** Returns the process groups in which the last look saw members and nobody else. */
  Set<Long> groups() {
    return groups;
  }

  /** Returns what the tree is confined to; nothing while this JVM is in it itself. */
  Optional<Confinement> confinement() {
    return confined.contains(self) ? Optional.empty() : scope.confinement();
  }

  /** Returns whether anything is in the confinement, found or not. */
  boolean isPopulated() {
    Optional<Confinement> confinement = confinement();
    return confinement.isPresent() && confinement.get().isPopulated();
  }

  /** Returns the start of the oldest that may belong by its cookie. */
  long firstTicks() {
    return scope.firstTicks();
  }

  /** Returns the pid of the root; 0, which nobody has, where it is not known. */
  long rootPid() {
    return scope.root().isPresent() ? scope.root().get().pid() : 0;
  }

  String cookieName() {
    return cookie.lastName();
  }

  /** Returns whether a process is stopped by now, or gone. */
  boolean standsStill(ProcessEntry member) {
    return table
        .find(member.pid())
        .filter(it -> it.startTicks() == member.startTicks())
        .filter(it -> !it.isDead() && !it.isStopped())
        .isEmpty();
  }

  /** Returns the pids of all who were found by earlier looks. */
  Set<Long> knownPids() {
    return known.pids();
  }

  Set<Long> confinedPids() {
    return confined;
  }

  /** Returns the sessions and groups that are or were ours. */
  Set<Long> bands() {
    return bands.keySet();
  }

  boolean isRoot(ProcessEntry entry) {
    Optional<ProcessIdentity> root = scope.root();
    return root.isPresent()
        && root.get().pid() == entry.pid()
        && root.get().startTicks() == entry.startTicks()
        && root.get().bootId().equals(table.bootId());
  }

  /** Returns whose cookie a process carries itself, when it is not too old to be ours. */
  Owner ownerByCookie(ProcessEntry entry, String value) {
    Owner owner = cookie.owner(value);
    return owner == Owner.OURS && entry.startTicks() < scope.firstTicks() ? Owner.ANOTHER : owner;
  }

  boolean isConfined(ProcessEntry entry) {
    return confined.contains(entry.pid());
  }

  boolean isKnown(ProcessEntry entry) {
    return known.contains(entry);
  }

  /**
   * Notes that a member is in a session or a group. A root that is gone was the first in its own:
   * the kernel gives nobody else that number while the session or group has members, see setsid(2).
   */
  void join(long band, ProcessEntry member) {
    long start = rootPid() == band ? rootStart() : member.startTicks();
    long first = Math.min(start, member.startTicks());
    Long before = bands.get(band);
    bands.put(band, before == null ? first : Math.min(first, before));
  }

  private long rootStart() {
    return scope.root().orElseThrow().startTicks();
  }

  /** Returns whether a process is in a session or group of ours and not older than us in it. */
  boolean isIn(long band, ProcessEntry entry) {
    Long start = bands.get(band);
    return start != null && entry.startTicks() >= start;
  }
}
