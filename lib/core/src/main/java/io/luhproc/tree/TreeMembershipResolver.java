package io.luhproc.tree;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/**
 * Resolves the members of one tree in a snapshot.
 *
 * <p>Starts from proven members and descends to their children. Cost is proportional to the tree,
 * not to the number of processes on the machine.
 *
 * <p>The nearest marker decides: that of the process itself, or else of its nearest marked
 * ancestor. A worker started by a worker is therefore a separate tree. A process without a marked
 * ancestor is a member if it is in a session or process group of the tree.
 */
final class TreeMembershipResolver {
  // Rows are not read atomically, so reused pids may form a cycle of parents.
  private static final int MAX_ANCESTORS = 10_000;

  private final TreeTracker tree;
  private final ProcessSnapshot snapshot;
  private final Map<Long, ProcessStat> memberByPid = new HashMap<>();
  private final Queue<ProcessStat> unexpanded = new ArrayDeque<>();

  TreeMembershipResolver(TreeTracker tree, ProcessSnapshot snapshot) {
    this.tree = tree;
    this.snapshot = snapshot;
    addRoots();
    boolean changed = true;
    while (changed) {
      addDescendants();
      recordSessionsAndGroups();
      changed = addOrphans();
    }
  }

  private void addRoots() {
    addIfAlive(tree.rootPid());
    for (ProcessStat marked : snapshot.withMarker(tree.markerName())) {
      addIfMember(marked);
    }
    for (long pid : tree.knownPids()) {
      addIfAlive(pid);
    }
    for (long pid : tree.containerPids()) {
      addIfAlive(pid);
    }
  }

  private void addIfAlive(long pid) {
    Optional<ProcessStat> process = snapshot.find(pid);
    if (process.isPresent()) {
      addIfMember(process.get());
    }
  }

  private void addIfMember(ProcessStat process) {
    TreeOwnership ownership = ownershipByMarker(process);
    // A known process with another marker was first seen between fork and exec of a worker.
    if (ownership == TreeOwnership.THIS_TREE
        || tree.isRoot(process)
        || tree.isInContainer(process)
        || (ownership == TreeOwnership.UNMARKED && tree.isKnown(process))) {
      add(process);
    }
  }

  private TreeOwnership ownershipByMarker(ProcessStat process) {
    return tree.ownershipByMarker(process, snapshot.marker(process.pid()));
  }

  private void add(ProcessStat process) {
    if (memberByPid.put(process.pid(), process) == null) {
      unexpanded.add(process);
    }
  }

  private void addDescendants() {
    for (ProcessStat parent = unexpanded.poll(); parent != null; parent = unexpanded.poll()) {
      for (ProcessStat child : snapshot.children(parent.pid())) {
        if (ownershipByMarker(child) == TreeOwnership.UNMARKED) {
          add(child);
        }
      }
    }
  }

  private void recordSessionsAndGroups() {
    for (ProcessStat process : memberByPid.values()) {
      recordSessionOrGroup(process.sessionId(), process);
      recordSessionOrGroup(process.processGroupId(), process);
    }
  }

  private void recordSessionOrGroup(long id, ProcessStat member) {
    if (isLeaderMemberOrGone(id)) {
      tree.recordSessionOrGroup(id, member);
    }
  }

  /**
   * Returns whether the leader of a session or group is a member or has exited. This excludes the
   * session of the launching shell, in which a worker may be for a moment.
   */
  private boolean isLeaderMemberOrGone(long id) {
    return id > 1 && (snapshot.find(id).isEmpty() || memberByPid.containsKey(id));
  }

  private boolean addOrphans() {
    for (long id : tree.sessionsAndGroups()) {
      if (isLeaderMemberOrGone(id)) {
        addOrphansFrom(id);
      }
    }
    return !unexpanded.isEmpty();
  }

  private void addOrphansFrom(long id) {
    for (ProcessStat process : snapshot.inSessionOrGroup(id)) {
      if (!memberByPid.containsKey(process.pid())
          && ProcessIdentity.isValidPid(process.pid())
          && tree.isNotOlderThanMembers(id, process)
          && !isInOtherTree(process)) {
        add(process);
      }
    }
  }

  /** Returns whether the nearest marker of a process belongs to another tree. */
  private boolean isInOtherTree(ProcessStat process) {
    Optional<ProcessStat> ancestor = Optional.of(process);
    TreeOwnership ownership = TreeOwnership.UNMARKED;
    for (int i = 0;
        ancestor.isPresent() && ownership == TreeOwnership.UNMARKED && i < MAX_ANCESTORS;
        i++) {
      ownership = ownershipByMarker(ancestor.get());
      ancestor = snapshot.find(ancestor.get().parentPid());
    }
    return ownership == TreeOwnership.OTHER_TREE;
  }

  /** Returns the members except this JVM. */
  List<ProcessStat> members(long currentPid) {
    List<ProcessStat> members = new ArrayList<>();
    for (ProcessStat process : memberByPid.values()) {
      if (process.pid() != currentPid) {
        members.add(process);
      }
    }
    return members;
  }

  /** Returns the process groups that contain only members, and not this JVM. */
  Set<Long> exclusiveGroups(long currentPid) {
    Set<Long> groups = new HashSet<>();
    for (ProcessStat process : memberByPid.values()) {
      if (ProcessIdentity.isValidPid(process.processGroupId())
          && isExclusive(process.processGroupId(), currentPid)) {
        groups.add(process.processGroupId());
      }
    }
    return groups;
  }

  private boolean isExclusive(long group, long currentPid) {
    for (ProcessStat process : snapshot.inSessionOrGroup(group)) {
      if (process.processGroupId() == group
          && (process.pid() == currentPid || !memberByPid.containsKey(process.pid()))) {
        return false;
      }
    }
    return true;
  }
}
