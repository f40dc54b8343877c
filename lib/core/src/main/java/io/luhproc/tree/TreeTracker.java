package io.luhproc.tree;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Tracks the members of one tree across scans.
 *
 * <p>Members found by one scan stay members, even if the parent or session leader that proved their
 * membership has exited. Members are the root, processes with the limit marker or the marker in
 * {@code LUHPROC_DIR}, processes in the container, their descendants, and the orphans in their
 * sessions and process groups.
 *
 * <p>Without a container, an orphan in its own session is not found if it has neither marker: it
 * has set RLIMIT_LOCKS itself, or sudo(8) or su(1) has set it by pam_limits(8), and it has cleared
 * or hidden its environment. An orphan of another user is not found by the limit marker alone, see
 * {@link #isTrusted}.
 */
final class TreeTracker {
  private static final int MAX_REFRESHES = 50;

  private final ProcessTable table;
  private final TreeScope scope;
  private final TreeMarker marker;
  private final long currentPid;

  private final ProcessSet known = new ProcessSet();
  // By session or process group id: the start of the oldest member seen in it.
  private final Map<Long, Long> earliestStartById = new HashMap<>();
  // Filled by the first call of users().
  private final Set<Long> users = new HashSet<>();
  private Set<Long> exclusiveGroups = Set.of();
  private Set<Long> containerPids = Set.of();

  TreeTracker(ProcessTable table, TreeScope scope, long currentPid) {
    this.table = table;
    this.scope = scope;
    this.marker = new TreeMarker(scope.directory());
    this.currentPid = currentPid;
  }

  /**
   * Returns the live members in a snapshot, except this JVM, the oldest first: a shell that is
   * signalled after its child has time to report the child's end.
   */
  List<ProcessStat> liveMembers(ProcessSnapshot snapshot) {
    TreeMembershipResolver resolver = resolve(snapshot);
    List<ProcessStat> members = members(resolver, snapshot);
    // The last member may have forked and exited while it was read.
    for (int i = 0; members.isEmpty() && i < MAX_REFRESHES && snapshot.refresh(); i++) {
      resolver = resolve(snapshot);
      members = members(resolver, snapshot);
    }
    members.sort(new OldestFirst(members));
    for (ProcessStat member : members) {
      boolean ignored = known.add(member);
    }
    exclusiveGroups = resolver.exclusiveGroups(currentPid);
    return members;
  }

  /**
   * The oldest first, and parents before their children of the same clock tick. Not by pid: pids
   * wrap. A class, because the first lambda is slow in a cold JVM.
   */
  private static final class OldestFirst implements Comparator<ProcessStat> {
    private final Map<Long, ProcessStat> byPid = new HashMap<>();

    OldestFirst(List<ProcessStat> members) {
      for (ProcessStat member : members) {
        byPid.put(member.pid(), member);
      }
    }

    @Override
    public int compare(ProcessStat a, ProcessStat b) {
      int order = Long.compare(a.startTicks(), b.startTicks());
      return order != 0 ? order : Integer.compare(generation(a), generation(b));
    }

    /** Returns the number of ancestors that started in the same tick. */
    private int generation(ProcessStat process) {
      int generation = 0;
      ProcessStat parent = byPid.get(process.parentPid());
      while (parent != null
          && parent.startTicks() == process.startTicks()
          && generation < byPid.size()) {
        generation++;
        parent = byPid.get(parent.parentPid());
      }
      return generation;
    }
  }

  private TreeMembershipResolver resolve(ProcessSnapshot snapshot) {
    // Read after the snapshot. If a pid was reused in between, its row in the snapshot belongs to
    // an exited process, which is never signalled.
    containerPids = readContainerPids();
    return new TreeMembershipResolver(this, snapshot);
  }

  private List<ProcessStat> members(TreeMembershipResolver resolver, ProcessSnapshot snapshot) {
    List<ProcessStat> members = resolver.members(currentPid);
    addNewborn(snapshot, members);
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

  /** Adds processes in the container that started after the snapshot. */
  private void addNewborn(ProcessSnapshot snapshot, List<ProcessStat> members) {
    List<ProcessStat> newborn = new ArrayList<>();
    for (long pid : containerPids) {
      if (pid != currentPid && snapshot.find(pid).isEmpty()) {
        Optional<ProcessStat> process = table.find(pid);
        if (process.isPresent() && !process.get().isDead()) {
          newborn.add(process.get());
        }
      }
    }
    // A pid that is still in the container after its row was read belongs to that row.
    Set<Long> stillInside = newborn.isEmpty() ? Set.of() : readContainerPids();
    for (ProcessStat process : newborn) {
      if (stillInside.contains(process.pid())) {
        members.add(process);
      }
    }
  }

  /** Returns the process groups in which the last scan found only members. */
  Set<Long> exclusiveGroups() {
    return exclusiveGroups;
  }

  /** Returns the container of the tree; empty while this JVM is inside. */
  Optional<ProcessContainer> container() {
    return containerPids.contains(currentPid) ? Optional.empty() : scope.container();
  }

  /** Returns whether the container holds any process, visible or not. */
  boolean isContainerPopulated() {
    Optional<ProcessContainer> container = container();
    return container.isPresent() && container.get().isPopulated();
  }

  /** Returns the start of the oldest process that may be a member by its marker. */
  long minStartTicks() {
    return scope.minStartTicks();
  }

  /** Returns the pid of the root; 0, which is no valid pid, if the root is unknown. */
  long rootPid() {
    return scope.root().isPresent() ? scope.root().get().pid() : 0;
  }

  String markerName() {
    return marker.directoryName();
  }

  /**
   * Returns whether a process may have lost a signal if it has executed a program since.
   *
   * <p>Between fork and exec a shell has the signal handlers of its parent, which execve(2) resets:
   * a signal in between is caught and then forgotten. The root and the leader of a session execute
   * another program on purpose when they get the signal.
   */
  boolean losesSignalByExec(ProcessStat member) {
    return member.execId() != 0 && member.sessionId() != member.pid() && !isRoot(member);
  }

  /** Returns whether a process has stopped, as {@link ProcessTable#isStopped} defines it. */
  boolean isStopped(ProcessStat member) {
    return table.isStopped(member);
  }

  /** Returns whether a process has stopped or exited since the scan that found it. */
  boolean isStoppedOrGone(ProcessStat member) {
    return table
        .find(member.pid())
        .filter(current -> current.startTicks() == member.startTicks())
        .filter(current -> !current.isDead() && !table.isStopped(current))
        .isEmpty();
  }

  /** Returns the pids of all members found by earlier scans. */
  Set<Long> knownPids() {
    return known.pids();
  }

  Set<Long> containerPids() {
    return containerPids;
  }

  /** Returns the ids of sessions and process groups in which members were seen. */
  Set<Long> sessionsAndGroups() {
    return earliestStartById.keySet();
  }

  boolean isRoot(ProcessStat process) {
    Optional<ProcessIdentity> root = scope.root();
    return root.isPresent()
        && root.get().pid() == process.pid()
        && root.get().startTicks() == process.startTicks()
        && root.get().bootId().equals(table.bootId());
  }

  /**
   * Compares the markers of a process with this tree. Treats older processes as foreign.
   *
   * <p>The environment marker decides if there is one. The limit marker decides for a process that
   * has lost it. A tree without a limit marker may have inherited one from an enclosing tree, and
   * ignores it.
   */
  TreeOwnership ownership(ProcessStat process, ProcessMarkers markers) {
    TreeOwnership byEnvironment = marker.ownership(markers.directory());
    if (byEnvironment == TreeOwnership.UNMARKED) {
      return ownershipByLimit(process, markers.limit());
    }
    return byEnvironment == TreeOwnership.THIS_TREE && process.startTicks() < scope.minStartTicks()
        ? TreeOwnership.OTHER_TREE
        : byEnvironment;
  }

  private TreeOwnership ownershipByLimit(ProcessStat process, long limit) {
    if (limit == 0 || limitMarker() == 0) {
      return TreeOwnership.UNMARKED;
    }
    boolean isOlder = scope.root().isPresent() && process.startTicks() < rootStartTicks();
    return limit == limitMarker() && !isOlder ? TreeOwnership.THIS_TREE : TreeOwnership.OTHER_TREE;
  }

  /** Returns whether a {@link ProcessIndex} finds all members, see {@link SnapshotSource}. */
  boolean isIndexable() {
    return limitMarker() != 0 && scope.root().isPresent();
  }

  /** Returns the limit marker of this tree; 0 if it has none. */
  long limitMarker() {
    return scope.limitMarker().isPresent() ? scope.limitMarker().get().value() : 0;
  }

  /**
   * Returns whether the limit marker of a process alone proves that it is a member.
   *
   * <p>Every user can read the limit marker and set it in a process of its own. Such a process must
   * neither be killed nor keep the stop from ending, so its real user must be one of the tree. A
   * set-user-ID program keeps the real user.
   */
  boolean isTrusted(ProcessStat process, Collection<ProcessStat> members) {
    OptionalLong user = table.realUserId(process.pid());
    return user.isEmpty() || isUserOfTree(user.getAsLong(), members);
  }

  private boolean isUserOfTree(long user, Collection<ProcessStat> members) {
    if (users().contains(user)) {
      return true;
    }
    for (ProcessStat member : members) {
      if (table.realUserId(member.pid()).equals(OptionalLong.of(user))) {
        return true;
      }
    }
    return false;
  }

  private void addUser(OptionalLong user) {
    if (user.isPresent()) {
      boolean ignored = users.add(user.getAsLong());
    }
  }

  /** Returns the user of this JVM, of the launch, and of the process directory. */
  private Set<Long> users() {
    if (users.isEmpty()) {
      addUser(table.realUserId(currentPid));
      addUser(scope.user());
      try {
        Integer owner = (Integer) Files.getAttribute(scope.directory(), "unix:uid");
        addUser(OptionalLong.of(owner.longValue()));
      } catch (IOException | UnsupportedOperationException ignored) {
        // A user has deleted the directory.
      }
    }
    return users;
  }

  boolean isInContainer(ProcessStat process) {
    return containerPids.contains(process.pid());
  }

  boolean isKnown(ProcessStat process) {
    return known.contains(process);
  }

  /**
   * Records that a member is in a session or process group.
   *
   * <p>A root that has exited was the first process in its own session and group. The kernel does
   * not reuse this id while the session or group has members, see setsid(2).
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

  /** Returns whether a process is not older than the oldest member seen in a session or group. */
  boolean isNotOlderThanMembers(long id, ProcessStat process) {
    Long start = earliestStartById.get(id);
    return start != null && process.startTicks() >= start;
  }
}
