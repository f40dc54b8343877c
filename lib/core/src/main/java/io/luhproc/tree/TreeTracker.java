package io.luhproc.tree;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
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
final class TreeTracker {
  private final ProcessTable table;
  private final TreeScope scope;
  private final TreeMarker marker;
  private final long currentPid;

  private final ProcessSet known = new ProcessSet();
  // The id of a session or group of ours, and the start of the first of us in it.
  private final Map<Long, Long> earliestStartById = new HashMap<>();
  private Set<Long> exclusiveGroups = Set.of();
  private Set<Long> containerPids = Set.of();

  TreeTracker(ProcessTable table, TreeScope scope, long currentPid) {
    this.table = table;
    this.scope = scope;
    this.marker = new TreeMarker(scope.directory());
    this.currentPid = currentPid;
  }

  /** Returns who of a roll call belongs and lives, without this JVM. */
  List<ProcessStat> liveMembers(ProcessSnapshot snapshot) {
    // After the roll call: who had a pid then and is confined now is not its earlier owner, or is
    // gone and will not be signalled.
    containerPids = readContainerPids();
    TreeMembershipResolver resolver = new TreeMembershipResolver(this, snapshot);
    List<ProcessStat> members = resolver.members(currentPid);
    addNewborn(snapshot, members);
    for (ProcessStat member : members) {
      boolean ignored = known.add(member);
    }
    exclusiveGroups = resolver.exclusiveGroups(currentPid);
    return members;
  }

  private Set<Long> readContainerPids() {
    Set<Long> pids = new HashSet<>();
    if (scope.container().isPresent()) {
      for (long pid : scope.container().get().pids()) {
        if (ProcessIdentity.isValidPid(pid)) {
          pids.add(pid);
        }
      }
    }
    return pids;
  }

  /** Adds who is confined and was born after the roll call. */
  private void addNewborn(ProcessSnapshot snapshot, List<ProcessStat> members) {
    List<ProcessStat> newborn = new ArrayList<>();
    for (long pid : containerPids) {
      if (pid != currentPid && snapshot.find(pid).isEmpty()) {
        Optional<ProcessStat> entry = table.find(pid);
        if (entry.isPresent() && !entry.get().isDead()) {
          newborn.add(entry.get());
        }
      }
    }
    // Who is confined still has the pid that it had when we looked who that is.
    Set<Long> stillInside = newborn.isEmpty() ? Set.of() : readContainerPids();
    for (ProcessStat entry : newborn) {
      if (stillInside.contains(entry.pid())) {
        members.add(entry);
      }
    }
  }

  /** Returns the process groups in which the last look saw members and nobody else. */
  Set<Long> exclusiveGroups() {
    return exclusiveGroups;
  }

  /** Returns what the tree is confined to; nothing while this JVM is in it itself. */
  Optional<ProcessContainer> container() {
    return containerPids.contains(currentPid) ? Optional.empty() : scope.container();
  }

  /** Returns whether anything is in the confinement, found or not. */
  boolean isContainerPopulated() {
    Optional<ProcessContainer> container = container();
    return container.isPresent() && container.get().isPopulated();
  }

  /** Returns the start of the oldest that may belong by its cookie. */
  long minStartTicks() {
    return scope.minStartTicks();
  }

  /** Returns the pid of the root; 0, which nobody has, where it is not known. */
  long rootPid() {
    return scope.root().isPresent() ? scope.root().get().pid() : 0;
  }

  String markerName() {
    return marker.directoryName();
  }

  /** Returns whether a process is stopped by now, or gone. */
  boolean isStoppedOrGone(ProcessStat member) {
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

  Set<Long> containerPids() {
    return containerPids;
  }

  /** Returns the sessions and groups that are or were ours. */
  Set<Long> sessionsAndGroups() {
    return earliestStartById.keySet();
  }

  boolean isRoot(ProcessStat entry) {
    Optional<ProcessIdentity> root = scope.root();
    return root.isPresent()
        && root.get().pid() == entry.pid()
        && root.get().startTicks() == entry.startTicks()
        && root.get().bootId().equals(table.bootId());
  }

  /** Returns whose cookie a process carries itself, when it is not too old to be ours. */
  TreeOwnership ownershipByMarker(ProcessStat entry, String value) {
    TreeOwnership ownership = marker.ownership(value);
    return ownership == TreeOwnership.THIS_TREE && entry.startTicks() < scope.minStartTicks()
        ? TreeOwnership.OTHER_TREE
        : ownership;
  }

  boolean isInContainer(ProcessStat entry) {
    return containerPids.contains(entry.pid());
  }

  boolean isKnown(ProcessStat entry) {
    return known.contains(entry);
  }

  /**
   * Notes that a member is in a session or a group. A root that is gone was the first in its own:
   * the kernel gives nobody else that number while the session or group has members, see setsid(2).
   */
  void recordSessionOrGroup(long id, ProcessStat member) {
    long start = rootPid() == id ? rootStartTicks() : member.startTicks();
    long first = Math.min(start, member.startTicks());
    Long before = earliestStartById.get(id);
    earliestStartById.put(id, before == null ? first : Math.min(first, before));
  }

  private long rootStartTicks() {
    return scope.root().orElseThrow().startTicks();
  }

  /** Returns whether a process is in a session or group of ours and not older than us in it. */
  boolean isInSessionOrGroup(long id, ProcessStat entry) {
    Long start = earliestStartById.get(id);
    return start != null && entry.startTicks() >= start;
  }
}
