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
 * Who of a roll call belongs to one tree. It goes down from those who certainly belong, so it costs
 * what the tree is large and not what the machine is, and next to nothing when the tree is gone.
 *
 * <p>The nearest cookie decides, that of the process itself or of its nearest ancestor who carries
 * one, so a worker that was started by a worker is another tree. Who has no cookie above belongs by
 * session or group.
 */
final class TreeMembershipResolver {
  // Rows are read one after the other, so reused pids may show a circle of parents.
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
    // Known and carrying another cookie: a child caught between fork and exec of another worker.
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

  /** A worker may be, for a moment, in the session of the shell that started it. */
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

  /** Returns whether the nearest cookie above a process is another than ours. */
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

  /** Returns who belongs, without the JVM that we run in. */
  List<ProcessStat> members(long currentPid) {
    List<ProcessStat> members = new ArrayList<>();
    for (ProcessStat entry : memberByPid.values()) {
      if (entry.pid() != currentPid) {
        members.add(entry);
      }
    }
    return members;
  }

  /** Returns the groups of members that hold neither a stranger nor the JVM that we run in. */
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
