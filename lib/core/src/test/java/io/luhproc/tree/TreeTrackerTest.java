package io.luhproc.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.LimitMarker;
import io.luhproc.testing.VirtualTime;
import io.luhproc.time.Deadline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests which processes are members of a tree. Pid 50 is the shell of a user. */
class TreeTrackerTest {
  private static final Path DIRECTORY = Path.of("/tmp/luhproc/indexer-0123456789ab");
  private static final Path OTHER_DIRECTORY = Path.of("/tmp/luhproc/indexer-ba9876543210");
  private static final LimitMarker LIMIT = LimitMarker.fromRandomBits(7);
  private static final LimitMarker OTHER_LIMIT = LimitMarker.fromRandomBits(8);
  private static final long CURRENT_PID = 60;
  private static final long ROOT = 100;

  private final FakeProcessTable table = new FakeProcessTable();

  @BeforeEach
  void addUserShellAndCurrentJvm() {
    table.add(1, 0, 1);
    table.add(50, 1, 50);
    table.add(CURRENT_PID, 50, 50, CURRENT_PID);
  }

  private List<Long> liveMembers(Optional<ProcessIdentity> root) {
    return pids(tree(DIRECTORY, root, CURRENT_PID));
  }

  private ProcessSnapshot snapshot() {
    Deadline passed = Deadline.after(new VirtualTime(), Duration.ZERO);
    return new FullSnapshot(table, new TreeMarkerCache(), Long.MIN_VALUE, passed);
  }

  private TreeTracker tree(Path directory, Optional<ProcessIdentity> root, long self) {
    return new TreeTracker(table, TreeScope.of(directory, root), self);
  }

  private List<Long> pids(TreeTracker tree) {
    return tree.liveMembers(snapshot()).stream().map(ProcessStat::pid).sorted().toList();
  }

  private Optional<ProcessIdentity> root() {
    return Optional.of(table.identity(ROOT));
  }

  private Optional<ProcessIdentity> addRoot() {
    table.add(ROOT, CURRENT_PID, ROOT);
    table.setMarker(ROOT, DIRECTORY);
    return root();
  }

  @Test
  void rootAndDescendantsAreMembers() {
    table.add(ROOT, CURRENT_PID, ROOT);
    table.add(101, ROOT, ROOT);
    table.add(102, 101, 102);
    assertThat(liveMembers(root())).containsExactly(ROOT, 101L, 102L);
  }

  @Test
  void markedProcessIsMemberRegardlessOfParent() {
    addRoot();
    table.add(200, 1, 200);
    table.setMarker(200, DIRECTORY);
    table.exit(ROOT);
    assertThat(liveMembers(Optional.empty())).containsExactly(200L);
  }

  @Test
  void descendantsOfMarkedProcessAreMembers() {
    table.add(200, 1, 200);
    table.setMarker(200, DIRECTORY);
    table.add(201, 200, 201);
    assertThat(liveMembers(Optional.empty())).containsExactly(200L, 201L);
  }

  @Test
  void orphanInSessionOfRootIsMember() {
    Optional<ProcessIdentity> root = addRoot();
    table.add(101, 1, ROOT, 101);
    assertThat(liveMembers(root)).containsExactly(ROOT, 101L);
  }

  @Test
  void orphanInSessionOfExitedRootIsMemberWhileMarkedProcessIsInSession() {
    Optional<ProcessIdentity> root = addRoot();
    table.add(101, 1, ROOT, 101);
    table.add(102, 1, ROOT, 102);
    table.setMarker(102, DIRECTORY);
    table.exit(ROOT);
    assertThat(liveMembers(root)).containsExactly(101L, 102L);
  }

  @Test
  void sessionIdOfExitedRootAloneDoesNotProveMembership() {
    Optional<ProcessIdentity> root = addRoot();
    table.exit(ROOT);
    table.add(101, 1, ROOT);
    assertThat(liveMembers(root)).isEmpty();
  }

  @Test
  void reusedRootPidIsNotMember() {
    Optional<ProcessIdentity> root = addRoot();
    table.exit(ROOT);
    table.add(ROOT, 1, ROOT);
    table.add(101, ROOT, ROOT);
    assertThat(liveMembers(root)).isEmpty();
  }

  @Test
  void rootOfAnotherBootIsNotMember() {
    ProcessIdentity here = addRoot().orElseThrow();
    table.setMarker(ROOT, "");
    ProcessIdentity there = new ProcessIdentity(here.pid(), here.startTicks(), "another-boot");
    assertThat(liveMembers(Optional.of(there))).isEmpty();
  }

  @Test
  void nestedWorkerIsSeparateTree() {
    Optional<ProcessIdentity> root = addRoot();
    table.add(200, ROOT, 200);
    table.setMarker(200, OTHER_DIRECTORY);
    table.add(201, 200, 200);
    assertThat(liveMembers(root)).containsExactly(ROOT);
  }

  @Test
  void nestedWorkerInSameSessionIsSeparateTree() {
    Optional<ProcessIdentity> root = addRoot();
    table.add(200, ROOT, ROOT);
    table.setMarker(200, OTHER_DIRECTORY);
    table.add(201, 200, ROOT);
    assertThat(liveMembers(root)).containsExactly(ROOT);
  }

  @Test
  void nearestMarkerDecidesMembership() {
    table.add(200, 1, 200);
    table.setMarker(200, OTHER_DIRECTORY);
    table.add(ROOT, 200, ROOT);
    table.setMarker(ROOT, DIRECTORY);
    table.add(101, ROOT, ROOT);
    assertThat(liveMembers(root())).containsExactly(ROOT, 101L);
  }

  @Test
  void sessionOfLaunchingShellIsNotClaimed() {
    table.add(ROOT, CURRENT_PID, 50, CURRENT_PID);
    table.setMarker(ROOT, DIRECTORY);
    table.add(300, 50, 50, 300);
    table.add(301, 50, 50, CURRENT_PID);
    assertThat(liveMembers(root())).containsExactly(ROOT);
  }

  @Test
  void olderProcessesInLeaderlessSessionAreNotMembers() {
    table.add(400, 1, 399);
    table.add(ROOT, 400, 399);
    table.setMarker(ROOT, DIRECTORY);
    table.add(401, ROOT, 399);
    assertThat(liveMembers(root())).containsExactly(ROOT, 401L);
  }

  @Test
  void ownProcessGroupInShellSessionIsClaimed() {
    table.add(ROOT, CURRENT_PID, 50, ROOT);
    table.setMarker(ROOT, DIRECTORY);
    table.add(101, 1, 50, ROOT);
    assertThat(liveMembers(root())).containsExactly(ROOT, 101L);
  }

  @Test
  void currentJvmIsNeverMember() {
    Optional<ProcessIdentity> root = addRoot();
    table.add(101, ROOT, ROOT);
    table.add(102, 101, ROOT);
    table.setMarker(102, DIRECTORY);
    TreeTracker tree = tree(DIRECTORY, root, 102);
    assertThat(pids(tree)).containsExactly(ROOT, 101L);
    assertThat(tree.exclusiveGroups()).isEmpty();
  }

  @Test
  void initIsNeverMember() {
    table.setMarker(1, DIRECTORY);
    table.add(200, 1, 1);
    assertThat(liveMembers(Optional.empty())).doesNotContain(1L);
  }

  @Test
  void zombieIsNotLiveMember() {
    Optional<ProcessIdentity> root = addRoot();
    table.setState(ROOT, 'Z');
    assertThat(liveMembers(root)).isEmpty();
  }

  @Test
  void memberStaysMemberAfterProvingProcessesExit() {
    Optional<ProcessIdentity> root = addRoot();
    table.add(101, ROOT, 101);
    table.add(102, 101, 102);
    TreeTracker tree = tree(DIRECTORY, root, CURRENT_PID);
    assertThat(pids(tree)).containsExactly(ROOT, 101L, 102L);
    table.exit(ROOT);
    table.exit(101);
    table.add(103, 102, 103);
    assertThat(pids(tree)).containsExactly(102L, 103L);
  }

  @Test
  void memberWithOtherMarkerAfterExecIsDropped() {
    Optional<ProcessIdentity> root = addRoot();
    table.add(101, ROOT, 101);
    TreeTracker tree = tree(DIRECTORY, root, CURRENT_PID);
    assertThat(pids(tree)).contains(101L);
    table.setMarker(101, OTHER_DIRECTORY);
    assertThat(pids(tree)).containsExactly(ROOT);
  }

  @Test
  void parentCycleTerminates() {
    table.add(500, 501, 500);
    table.add(501, 500, 501);
    assertThat(liveMembers(Optional.empty())).isEmpty();
  }

  @Test
  void groupWithForeignProcessIsNotExclusive() {
    Optional<ProcessIdentity> root = addRoot();
    table.add(101, ROOT, ROOT, 101);
    table.add(200, ROOT, ROOT, 101);
    table.setMarker(200, OTHER_DIRECTORY);
    TreeTracker tree = tree(DIRECTORY, root, CURRENT_PID);
    assertThat(pids(tree)).containsExactly(ROOT, 101L);
    assertThat(tree.exclusiveGroups()).containsExactly(ROOT);
  }

  private List<Long> liveMembersByLimit(Optional<ProcessIdentity> root) {
    return pids(new TreeTracker(table, scopeWithLimit(root), CURRENT_PID));
  }

  private static TreeScope scopeWithLimit(Optional<ProcessIdentity> root) {
    return TreeScope.of(DIRECTORY, root).withLimitMarker(LIMIT);
  }

  @Test
  void orphanWithoutEnvironmentIsMemberByLimitMarker() {
    Optional<ProcessIdentity> root = addRoot();
    table.add(200, 1, 200);
    table.setLimit(200, LIMIT);
    table.add(201, 200, 201);
    table.exit(ROOT);
    assertThat(liveMembersByLimit(root)).containsExactly(200L, 201L);
  }

  @Test
  void nestedWorkerWithOtherLimitMarkerIsSeparateTree() {
    Optional<ProcessIdentity> root = addRoot();
    table.add(200, ROOT, ROOT);
    table.setLimit(200, OTHER_LIMIT);
    table.add(201, 200, ROOT);
    table.setLimit(201, OTHER_LIMIT);
    assertThat(liveMembersByLimit(root)).containsExactly(ROOT);
  }

  @Test
  void nestedWorkerThatInheritedLimitMarkerIsSeparateTree() {
    Optional<ProcessIdentity> root = addRoot();
    table.add(200, ROOT, 200);
    table.setMarker(200, OTHER_DIRECTORY);
    table.setLimit(200, LIMIT);
    assertThat(liveMembersByLimit(root)).containsExactly(ROOT);
  }

  @Test
  void inheritedLimitMarkerIsIgnoredByTreeWithoutOne() {
    Optional<ProcessIdentity> root = addRoot();
    table.setLimit(ROOT, OTHER_LIMIT);
    table.add(101, ROOT, 101);
    table.setLimit(101, OTHER_LIMIT);
    assertThat(liveMembers(root)).containsExactly(ROOT, 101L);
  }

  @Test
  void leftoverOfEarlierLaunchIsMemberByEnvironment() {
    table.add(90, 1, 90);
    table.setMarker(90, DIRECTORY);
    table.setLimit(90, OTHER_LIMIT);
    assertThat(liveMembersByLimit(addRoot())).containsExactly(90L, ROOT);
  }

  @Test
  void processOlderThanRootIsNotMemberByLimitMarker() {
    table.add(90, 1, 90);
    table.setLimit(90, LIMIT);
    assertThat(liveMembersByLimit(addRoot())).containsExactly(ROOT);
  }

  private void addForeign(long pid, long parentPid, long sessionId) {
    table.add(pid, parentPid, sessionId);
    table.setLimit(pid, LIMIT);
    table.setUser(pid, 1000);
  }

  @Test
  void limitMarkerOfAnotherUserDoesNotProveMembership() {
    Optional<ProcessIdentity> root = addRoot();
    addForeign(200, 1, 200);
    addForeign(201, 200, 200);
    addForeign(300, 50, 50);
    assertThat(liveMembersByLimit(root)).containsExactly(ROOT);
    table.exit(ROOT);
    assertThat(liveMembersByLimit(root)).isEmpty();
  }

  @Test
  void descendantOfAnotherUserIsMember() {
    Optional<ProcessIdentity> root = addRoot();
    addForeign(101, ROOT, 101);
    TreeTracker tree = new TreeTracker(table, scopeWithLimit(root), CURRENT_PID);
    assertThat(pids(tree)).containsExactly(ROOT, 101L);
    table.exit(ROOT);
    addForeign(102, 101, 102);
    assertThat(pids(tree)).containsExactly(101L, 102L);
  }

  @Test
  void orphanOfAnotherUserInSessionOfExitedRootIsMember() {
    Optional<ProcessIdentity> root = addRoot();
    table.exit(ROOT);
    addForeign(101, 1, ROOT);
    assertThat(liveMembersByLimit(root)).containsExactly(101L);
  }

  @Test
  void sessionThatReusesPidOfRootProvesNothingForAnotherUser() {
    Optional<ProcessIdentity> root = addRoot();
    table.exit(ROOT);
    addForeign(ROOT, 1, ROOT);
    addForeign(101, ROOT, ROOT);
    assertThat(liveMembersByLimit(root)).isEmpty();
  }

  @Test
  void orphanOfUserOfLaunchIsMember() {
    Optional<ProcessIdentity> root = addRoot();
    table.exit(ROOT);
    addForeign(200, 1, 200);
    TreeScope scope = scopeWithLimit(root).withUser(1000);
    assertThat(pids(new TreeTracker(table, scope, CURRENT_PID))).containsExactly(200L);
  }

  @Test
  void orphanOfUserOfMemberIsMember() {
    Optional<ProcessIdentity> root = addRoot();
    addForeign(101, ROOT, 101);
    addForeign(200, 1, 200);
    assertThat(liveMembersByLimit(root)).containsExactly(ROOT, 101L, 200L);
  }

  @Test
  void symlinkedDirectoryIsSameTree(@TempDir Path temp) throws IOException {
    Path real = Files.createDirectories(temp.resolve("real/indexer-0123456789ab"));
    Path link = Files.createSymbolicLink(temp.resolve("link"), temp.resolve("real"));
    table.add(200, 1, 200);
    table.setMarker(200, link.resolve("indexer-0123456789ab"));
    assertThat(pids(tree(real, Optional.empty(), CURRENT_PID))).containsExactly(200L);
  }
}
