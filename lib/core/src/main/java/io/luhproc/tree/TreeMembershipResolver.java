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
    Optional<ProcessStat> entry = snapshot.find(pid);
    if (entry.isPresent()) {
      addIfMember(entry.get());
    }
  }

  private void addIfMember(ProcessStat entry) {
    TreeOwnership ownership = ownershipByMarker(entry);
    // A known process with another marker was first seen between fork and exec of a worker.
    if (ownership == TreeOwnership.THIS_TREE
        || tree.isRoot(entry)
        || tree.isInContainer(entry)
        || (ownership == TreeOwnership.UNMARKED && tree.isKnown(entry))) {
      add(entry);
    }
  }

  private TreeOwnership ownershipByMarker(ProcessStat entry) {
    return tree.ownershipByMarker(entry, snapshot.marker(entry.pid()));
  }

  private void add(ProcessStat entry) {
    if (memberByPid.put(entry.pid(), entry) == null) {
      unexpanded.add(entry);
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
    for (ProcessStat entry : memberByPid.values()) {
      recordSessionOrGroup(entry.sessionId(), entry);
      recordSessionOrGroup(entry.processGroupId(), entry);
    }
  }

  private void recordSessionOrGroup(long id, ProcessStat member) {
    if (isLeaderMemberOrGone(id)) {
      tree.recordSessionOrGroup(id, member);
    }
  }

  /** Excludes the session of the launching shell, in which a worker may be for a moment. */
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
    for (ProcessStat entry : snapshot.inSessionOrGroup(id)) {
      if (!memberByPid.containsKey(entry.pid())
          && ProcessIdentity.isValidPid(entry.pid())
          && tree.isInSessionOrGroup(id, entry)
          && !isInOtherTree(entry)) {
        add(entry);
      }
    }
  }

  /** Returns whether the nearest marker of a process belongs to another tree. */
  private boolean isInOtherTree(ProcessStat entry) {
    Optional<ProcessStat> ancestor = Optional.of(entry);
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
    for (ProcessStat entry : memberByPid.values()) {
      if (entry.pid() != currentPid) {
        members.add(entry);
      }
    }
    return members;
  }

  /** Returns the process groups that contain only members, and not this JVM. */
  Set<Long> exclusiveGroups(long currentPid) {
    Set<Long> groups = new HashSet<>();
    for (ProcessStat entry : memberByPid.values()) {
      if (ProcessIdentity.isValidPid(entry.processGroupId())
          && isExclusive(entry.processGroupId(), currentPid)) {
        groups.add(entry.processGroupId());
      }
    }
    return groups;
  }

  private boolean isExclusive(long group, long currentPid) {
    for (ProcessStat entry : snapshot.inSessionOrGroup(group)) {
      if (entry.processGroupId() == group
          && (entry.pid() == currentPid || !memberByPid.containsKey(entry.pid()))) {
        return false;
      }
    }
    return true;
  }
}
