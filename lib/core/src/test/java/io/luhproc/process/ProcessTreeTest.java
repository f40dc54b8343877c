package io.luhproc.process;

import static org.assertj.core.api.Assertions.assertThat;

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

/** Who belongs to a tree and who does not, on a machine where pid 50 is the shell of a user. */
class ProcessTreeTest {
  private static final Path DIRECTORY = Path.of("/tmp/luhproc/indexer-0123456789ab");
  private static final Path ANOTHER = Path.of("/tmp/luhproc/indexer-ba9876543210");
  private static final long SELF = 60;
  private static final long ROOT = 100;

  private final ScriptedTable table = new ScriptedTable();

  @BeforeEach
  void addTheUsersShellAndUs() {
    table.add(1, 0, 1);
    table.add(50, 1, 50);
    table.add(SELF, 50, 50, SELF);
  }

  private List<Long> living(Optional<ProcessIdentity> root) {
    return pids(tree(DIRECTORY, root, SELF));
  }

  private RollCall rollCall() {
    Deadline passed = Deadline.after(new VirtualTime(), Duration.ZERO);
    return new RollCall(table, new CookieJar(), Long.MIN_VALUE, passed);
  }

  private ProcessTree tree(Path directory, Optional<ProcessIdentity> root, long self) {
    return new ProcessTree(table, TreeScope.of(directory, root), self);
  }

  private List<Long> pids(ProcessTree tree) {
    return tree.living(rollCall()).stream().map(ProcessEntry::pid).sorted().toList();
  }

  private Optional<ProcessIdentity> root() {
    return Optional.of(table.identity(ROOT));
  }

  private Optional<ProcessIdentity> addRoot() {
    table.add(ROOT, SELF, ROOT);
    table.cookie(ROOT, DIRECTORY);
    return root();
  }

  @Test
  void theRootAndItsDescendantsBelong() {
    table.add(ROOT, SELF, ROOT);
    table.add(101, ROOT, ROOT);
    table.add(102, 101, 102);
    assertThat(living(root())).containsExactly(ROOT, 101L, 102L);
  }

  @Test
  void aCarrierOfTheCookieBelongsWhereverItIs() {
    addRoot();
    table.add(200, 1, 200);
    table.cookie(200, DIRECTORY);
    table.end(ROOT);
    assertThat(living(Optional.empty())).containsExactly(200L);
  }

  @Test
  void whatACarrierStartedBelongsToo() {
    table.add(200, 1, 200);
    table.cookie(200, DIRECTORY);
    table.add(201, 200, 201);
    assertThat(living(Optional.empty())).containsExactly(200L, 201L);
  }

  @Test
  void anOrphanInTheSessionOfTheRootBelongs() {
    Optional<ProcessIdentity> root = addRoot();
    table.add(101, 1, ROOT, 101);
    assertThat(living(root)).containsExactly(ROOT, 101L);
  }

  @Test
  void anOrphanInTheSessionOfADeadRootBelongsWhileACarrierIsInThatSession() {
    Optional<ProcessIdentity> root = addRoot();
    table.add(101, 1, ROOT, 101);
    table.add(102, 1, ROOT, 102);
    table.cookie(102, DIRECTORY);
    table.end(ROOT);
    assertThat(living(root)).containsExactly(101L, 102L);
  }

  @Test
  void aSessionWithTheNumberOfADeadRootIsNobodysProof() {
    Optional<ProcessIdentity> root = addRoot();
    table.end(ROOT);
    table.add(101, 1, ROOT);
    assertThat(living(root)).isEmpty();
  }

  @Test
  void whoGotThePidOfTheRootLaterIsAStranger() {
    Optional<ProcessIdentity> root = addRoot();
    table.end(ROOT);
    table.add(ROOT, 1, ROOT);
    table.add(101, ROOT, ROOT);
    assertThat(living(root)).isEmpty();
  }

  @Test
  void theSamePidAndStartInAnotherBootIsAStranger() {
    ProcessIdentity here = addRoot().orElseThrow();
    table.cookie(ROOT, "");
    ProcessIdentity there = new ProcessIdentity(here.pid(), here.startTicks(), "another-boot");
    assertThat(living(Optional.of(there))).isEmpty();
  }

  @Test
  void aWorkerThatAWorkerStartedIsAnotherTree() {
    Optional<ProcessIdentity> root = addRoot();
    table.add(200, ROOT, 200);
    table.cookie(200, ANOTHER);
    table.add(201, 200, 200);
    assertThat(living(root)).containsExactly(ROOT);
  }

  @Test
  void aWorkerInOurSessionIsAnotherTreeTooAndSoAreItsChildren() {
    Optional<ProcessIdentity> root = addRoot();
    table.add(200, ROOT, ROOT);
    table.cookie(200, ANOTHER);
    table.add(201, 200, ROOT);
    assertThat(living(root)).containsExactly(ROOT);
  }

  @Test
  void theNearestCookieDecidesSoOursBelowAnotherIsOurs() {
    table.add(200, 1, 200);
    table.cookie(200, ANOTHER);
    table.add(ROOT, 200, ROOT);
    table.cookie(ROOT, DIRECTORY);
    table.add(101, ROOT, ROOT);
    assertThat(living(root())).containsExactly(ROOT, 101L);
  }

  @Test
  void theSessionOfTheShellThatStartedUsIsNotOurs() {
    table.add(ROOT, SELF, 50, SELF);
    table.cookie(ROOT, DIRECTORY);
    table.add(300, 50, 50, 300);
    table.add(301, 50, 50, SELF);
    assertThat(living(root())).containsExactly(ROOT);
  }

  @Test
  void inASessionWithoutLeaderTheOlderOnesAreNotOurs() {
    table.add(400, 1, 399);
    table.add(ROOT, 400, 399);
    table.cookie(ROOT, DIRECTORY);
    table.add(401, ROOT, 399);
    assertThat(living(root())).containsExactly(ROOT, 401L);
  }

  @Test
  void aGroupOfItsOwnInTheShellsSessionIsOurs() {
    table.add(ROOT, SELF, 50, ROOT);
    table.cookie(ROOT, DIRECTORY);
    table.add(101, 1, 50, ROOT);
    assertThat(living(root())).containsExactly(ROOT, 101L);
  }

  @Test
  void thisJvmIsNeverAMemberThoughItCarriesTheCookieAndItsParentIsOne() {
    Optional<ProcessIdentity> root = addRoot();
    table.add(101, ROOT, ROOT);
    table.add(102, 101, ROOT);
    table.cookie(102, DIRECTORY);
    ProcessTree tree = tree(DIRECTORY, root, 102);
    assertThat(pids(tree)).containsExactly(ROOT, 101L);
    assertThat(tree.groups()).isEmpty();
  }

  @Test
  void initAndTheKernelAreNeverMembers() {
    table.cookie(1, DIRECTORY);
    table.add(200, 1, 1);
    assertThat(living(Optional.empty())).doesNotContain(1L);
  }

  @Test
  void zombiesDoNotLive() {
    Optional<ProcessIdentity> root = addRoot();
    table.state(ROOT, 'Z');
    assertThat(living(root)).isEmpty();
  }

  @Test
  void whoWasAMemberStaysOneWhenAllThatProvedItIsGone() {
    Optional<ProcessIdentity> root = addRoot();
    table.add(101, ROOT, 101);
    table.add(102, 101, 102);
    ProcessTree tree = tree(DIRECTORY, root, SELF);
    assertThat(pids(tree)).containsExactly(ROOT, 101L, 102L);
    table.end(ROOT);
    table.end(101);
    table.add(103, 102, 103);
    assertThat(pids(tree)).containsExactly(102L, 103L);
  }

  @Test
  void whoTookAnotherCookieByExecIsAMemberNoLonger() {
    Optional<ProcessIdentity> root = addRoot();
    table.add(101, ROOT, 101);
    ProcessTree tree = tree(DIRECTORY, root, SELF);
    assertThat(pids(tree)).contains(101L);
    table.cookie(101, ANOTHER);
    assertThat(pids(tree)).containsExactly(ROOT);
  }

  @Test
  void aCircleOfParentsEnds() {
    table.add(500, 501, 500);
    table.add(501, 500, 501);
    assertThat(living(Optional.empty())).isEmpty();
  }

  @Test
  void groupsAreOursOnlyWithoutStrangers() {
    Optional<ProcessIdentity> root = addRoot();
    table.add(101, ROOT, ROOT, 101);
    table.add(200, ROOT, ROOT, 101);
    table.cookie(200, ANOTHER);
    ProcessTree tree = tree(DIRECTORY, root, SELF);
    assertThat(pids(tree)).containsExactly(ROOT, 101L);
    assertThat(tree.groups()).containsExactly(ROOT);
  }

  @Test
  void aDirectoryReachedByAnotherNameIsTheSame(@TempDir Path temp) throws IOException {
    Path real = Files.createDirectories(temp.resolve("real/indexer-0123456789ab"));
    Path link = Files.createSymbolicLink(temp.resolve("link"), temp.resolve("real"));
    table.add(200, 1, 200);
    table.cookie(200, link.resolve("indexer-0123456789ab"));
    assertThat(pids(tree(real, Optional.empty(), SELF))).containsExactly(200L);
  }
}
