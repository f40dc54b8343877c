package io.luhproc.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.posix.Posix;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.NothingLeft;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Whole-tree stop of real processes, each of a kind that is hard to stop. */
@Tag("process")
@ExtendWith(NothingLeft.class)
class TreeStopProcessTest {
  private static final Duration SHORT_GRACE = Duration.ofMillis(300);

  @TempDir Path directory;
  private RealTree tree;

  @BeforeEach
  void plant() {
    tree = new RealTree(directory);
  }

  @AfterEach
  void fell() {
    tree.close();
  }

  private void assertAllGone(TreeOutcome outcome, boolean killed) {
    assertThat(outcome.found()).isTrue();
    assertThat(outcome.alive()).isEmpty();
    assertThat(outcome.killed()).isEqualTo(killed);
    assertThat(tree.carriers()).isEmpty();
  }

  @Test
  void aPlainTreeLeavesWhenAsked() throws InterruptedException {
    ProcessIdentity root = tree.start("sleep 300 & sleep 300 & wait");
    assertAllGone(tree.stop(Optional.of(root)), false);
    assertThat(tree.lives(root)).isFalse();
  }

  @Test
  void whoIgnoresTermIsKilled() throws InterruptedException {
    ProcessIdentity root = tree.start("trap '' TERM; sleep 300 & here ready; wait; sleep 300");
    tree.await("ready");
    assertAllGone(tree.stop(Optional.of(root), SHORT_GRACE), true);
    assertThat(tree.lives(root)).isFalse();
  }

  @Test
  void aDaemonThatForkedTwiceIntoItsOwnSessionIsFoundByTheCookie() throws InterruptedException {
    tree.launch("(setsid sh -c \"$PROLOGUE here daemon; exec sleep 300\" &) ; exit 0");
    ProcessIdentity daemon = tree.await("daemon");
    assertAllGone(tree.stop(Optional.empty()), false);
    assertThat(tree.lives(daemon)).isFalse();
  }

  @Test
  void anOrphanWithAClearedEnvironmentIsFoundByTheSession() throws InterruptedException {
    ProcessIdentity root =
        tree.start(
            "(env -i TREE=\"$TREE\" sh -c \"$PROLOGUE here bare; exec sleep 300\" &); sleep 300");
    ProcessIdentity bare = tree.await("bare");
    assertAllGone(tree.stop(Optional.of(root)), false);
    assertThat(tree.lives(bare)).isFalse();
  }

  @Test
  void aChildWithAClearedEnvironmentInItsOwnSessionIsFoundByItsParent()
      throws InterruptedException {
    ProcessIdentity root =
        tree.start(
            "env -i TREE=\"$TREE\" setsid -w sh -c \"$PROLOGUE here bare; exec sleep 300\"; sleep 300");
    ProcessIdentity bare = tree.await("bare");
    assertAllGone(tree.stop(Optional.of(root)), false);
    assertThat(tree.lives(bare)).isFalse();
  }

  /** The limit of what can be found without a cgroup; if this fails, we have become better. */
  @Test
  void anOrphanInItsOwnSessionWithAClearedEnvironmentEscapes() throws InterruptedException {
    ProcessIdentity root =
        tree.start(
            "(env -i TREE=\"$TREE\" setsid sh -c \"$PROLOGUE here bare; exec sleep 300\" &); sleep 300");
    ProcessIdentity bare = tree.await("bare");
    Eventually.holds("it is an orphan", () -> tree.table.find(bare.pid()).get().parent() == 1);
    assertAllGone(tree.stop(Optional.of(root)), false);
    assertThat(tree.lives(bare)).isTrue();
  }

  @Test
  void whoWasStoppedBySigstopLeavesByItsOwnTrap() throws InterruptedException, IOException {
    ProcessIdentity root =
        tree.start("trap 'here trapped; exit 0' TERM; here ready; while :; do sleep 0.1; done");
    tree.await("ready");
    signal(root, Signal.STOP);
    Eventually.holds("it is stopped", () -> tree.table.find(root.pid()).get().isStopped());
    TreeOutcome outcome = tree.stop(Optional.of(root), Signal.TERM, Duration.ofSeconds(10));
    assertAllGone(outcome, false);
    assertThat(directory.resolve("trapped.pid")).exists();
  }

  private static void signal(ProcessIdentity target, Signal signal) throws IOException {
    boolean ignored = Posix.lazy().kill(target.pid(), signal.number());
  }

  @Test
  void aZombieOfAParentThatDoesNotReapIsGone() throws InterruptedException, IOException {
    // The shell becomes a sleep that never waits for the child that it inherits.
    String script =
        "export TREE=\"$0\"; LUHPROC_DIR=\"$0\" setsid sh -c \"$1 here root; exec sleep 300\" & "
            + "exec sleep 300";
    Process parent =
        new ProcessBuilder("sh", "-c", script, directory.toString(), RealTree.PROLOGUE).start();
    try {
      ProcessIdentity root = tree.await("root");
      assertAllGone(tree.stop(Optional.of(root)), false);
      assertThat(tree.table.find(root.pid())).map(ProcessEntry::isDead).contains(true);
    } finally {
      parent.destroyForcibly().waitFor();
    }
  }

  @Test
  void aGrandchildThatHoldsStdoutOpenIsGone() throws InterruptedException, IOException {
    ProcessBuilder builder = new ProcessBuilder("setsid", "sh", "-c", "sleep 300 & exit 0");
    builder.environment().put("LUHPROC_DIR", directory.toString());
    Process root = builder.start();
    root.waitFor();
    assertThat(tree.carriers()).hasSize(1);
    assertAllGone(tree.stop(Optional.empty()), false);
    assertThat(root.getInputStream().readAllBytes()).isEmpty();
  }

  @Test
  void aForkStormThatIgnoresTermIsOver() throws InterruptedException {
    ProcessIdentity root =
        tree.start(
            "trap '' TERM; i=0; while [ $i -lt 200 ]; do sleep 300 & i=$((i+1));"
                + " [ $i = 20 ] && here storm; done; wait");
    tree.await("storm");
    TreeOutcome outcome = tree.stop(Optional.of(root), Signal.TERM, Duration.ofMillis(20));
    assertAllGone(outcome, true);
  }

  @Test
  void aChainInWhichEachForksTheNextAndLeavesIsOver() throws InterruptedException, IOException {
    // Links that live for a millisecond only can outrun any look at the table; see the README.
    Path link = directory.resolve("link.sh");
    Files.writeString(
        link,
        RealTree.PROLOGUE
            + "trap '' TERM\n[ $1 = 20 ] && here chain\n"
            + "[ $1 -lt 400 ] || exec sleep 300\nsleep 0.03; sh \"$0\" $(($1+1)) &\n");
    tree.launch("exec sh \"$TREE/link.sh\" 1");
    tree.awaitWord("chain");
    TreeOutcome outcome = tree.stop(Optional.empty(), Signal.TERM, Duration.ZERO);
    assertAllGone(outcome, true);
  }

  @Test
  void aWorkerThatTheWorkerStartedLivesOn(@TempDir Path another) throws InterruptedException {
    try (RealTree other = new RealTree(another)) {
      ProcessIdentity root =
          tree.start(
              "LUHPROC_DIR='%s' TREE='%s' setsid sh -c \"$PROLOGUE here root; sleep 300; :\" & wait"
                  .formatted(another, another));
      ProcessIdentity worker = other.await("root");
      Eventually.holds("two processes of it", () -> other.carriers().size() == 2);
      assertAllGone(tree.stop(Optional.of(root)), false);
      assertThat(other.lives(worker)).isTrue();
      assertThat(other.carriers()).hasSize(2);
      assertThat(other.stop(Optional.of(worker)).alive()).isEmpty();
    }
  }

  @Test
  void whoGotThePidLaterIsNeverSignalled() throws InterruptedException, IOException {
    Process stranger = new ProcessBuilder("setsid", "sleep", "300").start();
    try {
      ProcessIdentity now =
          Eventually.present("it runs", () -> tree.table.identify(stranger.pid()));
      ProcessIdentity before = new ProcessIdentity(now.pid(), now.startTicks() - 1, now.bootId());
      TreeOutcome outcome = tree.stop(Optional.of(before));
      assertThat(outcome.found()).isFalse();
      assertThat(tree.lives(now)).isTrue();
    } finally {
      stranger.destroyForcibly().waitFor();
    }
  }

  @Test
  void whoStopsTheTreeItIsInSurvivesAndTellsTheOutcome() throws InterruptedException, IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessIdentity root =
        tree.start(
            "sleep 300 & '%s' -Xshare:auto -cp '%s' %s; sleep 300"
                .formatted(
                    java, System.getProperty("java.class.path"), StopsItsOwnTree.class.getName()));
    Eventually.holds(
        () -> "it tells the outcome; its log: " + log(),
        () -> Files.exists(directory.resolve("outcome")));
    assertThat(tree.read("outcome")).contains("found=true, killed=false, alive=[]");
    assertThat(tree.lives(root)).isFalse();
    Eventually.holds("it ends by itself", () -> tree.carriers().isEmpty());
  }

  private String log() {
    try {
      return tree.read("out.log");
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void theSignalThatAsksIsTheOneThatWasChosen() throws InterruptedException {
    ProcessIdentity root =
        tree.start("trap 'here usr1; exit 0' USR1; here ready; while :; do sleep 0.1; done");
    tree.await("ready");
    TreeOutcome outcome = tree.stop(Optional.of(root), Signal.USR1, Duration.ofSeconds(10));
    assertThat(outcome.alive()).isEmpty();
    assertThat(directory.resolve("usr1.pid")).exists();
  }

  @Test
  void whatHasAlreadyLeftIsNotFound() throws InterruptedException {
    ProcessIdentity root = tree.start("sleep 0.1; exit 0");
    Eventually.holds("it left", () -> !tree.lives(root));
    assertThat(tree.stop(Optional.of(root))).isEqualTo(new TreeOutcome(false, false, List.of()));
  }
}
