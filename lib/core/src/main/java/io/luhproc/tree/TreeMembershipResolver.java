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
 *
 * <p>A process of another user that carries only the limit marker of the tree needs a second proof:
 * it descends from a member, or is in a session or process group of the tree.
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
      changed = addOrphans() || addMarked();
    }
  }

  private void addRoots() {
    addIfAlive(tree.rootPid());
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
    // A known process with another marker was first seen between fork and exec of a worker.
    if (tree.isRoot(process)
        || tree.isInContainer(process)
        || (tree.isKnown(process) && ownership(process) != TreeOwnership.OTHER_TREE)) {
      add(process);
    }
  }

  private TreeOwnership ownership(ProcessStat process) {
    return tree.ownership(process, snapshot.markers(process));
  }

  /** Adds the processes that carry a marker of the tree. */
  private boolean addMarked() {
    addMarked(snapshot.withMarker(tree.markerName()));
    if (tree.limitMarker() != 0) {
      addMarked(snapshot.withLimit(tree.limitMarker()));
    }
    return !unexpanded.isEmpty();
  }

  private void addMarked(List<ProcessStat> marked) {
    for (ProcessStat process : marked) {
      if (!memberByPid.containsKey(process.pid())
          && ProcessIdentity.isValidPid(process.pid())
          && ownership(process) == TreeOwnership.THIS_TREE
          && (!snapshot.markers(process).directory().isEmpty()
              || isInSessionOfRoot(process)
              || tree.isTrusted(process, memberByPid.values()))) {
        add(process);
      }
    }
  }

  /** A user can choose neither its process ids nor the session that it is in. */
  private boolean isInSessionOfRoot(ProcessStat process) {
    long rootPid = tree.rootPid();
    Optional<ProcessStat> root = snapshot.find(rootPid);
    return ProcessIdentity.isValidPid(rootPid)
        && process.sessionId() == rootPid
        && (root.isEmpty() || tree.isRoot(root.get()));
  }

  private void add(ProcessStat process) {
    if (memberByPid.put(process.pid(), process) == null) {
      unexpanded.add(process);
    }
  }

  private void addDescendants() {
    for (ProcessStat parent = unexpanded.poll(); parent != null; parent = unexpanded.poll()) {
      for (ProcessStat child : snapshot.children(parent.pid())) {
        if (ownership(child) != TreeOwnership.OTHER_TREE) {
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
      ownership = ownership(ancestor.get());
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
          && isExclusive(process.sessionId(), process.processGroupId(), currentPid)) {
        groups.add(process.processGroupId());
      }
    }
    return groups;
  }

  private boolean isExclusive(long session, long group, long currentPid) {
    // A process may have moved to this group from another one of its session, see setpgid(2).
    List<ProcessStat> candidates = new ArrayList<>(snapshot.inSessionOrGroup(session));
    candidates.addAll(snapshot.inSessionOrGroup(group));
    for (ProcessStat process : candidates) {
      if (process.processGroupId() == group
          && (process.pid() == currentPid || !memberByPid.containsKey(process.pid()))) {
        return false;
      }
    }
    return true;
  }
}
