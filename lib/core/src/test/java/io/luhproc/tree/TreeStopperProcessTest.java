package io.luhproc.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.posix.Posix;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.process.Signal;
import io.luhproc.procfs.LimitMarker;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
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
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tests the stop of real process trees that are hard to find or to stop, by scans of all processes
 * and, with a limit marker, by an index.
 */
@Tag("process")
@ExtendWith(LeakCheck.class)
@ParameterizedClass(name = "limit marker: {0}")
@ValueSource(booleans = {false, true})
class TreeStopperProcessTest {
  private static final Duration SHORT_GRACE = Duration.ofMillis(300);

  @Parameter boolean hasLimitMarker;

  @TempDir Path directory;
  private RealProcessTree tree;

  @BeforeEach
  void createTree() {
    Optional<LimitMarker> limit = Optional.of(LimitMarker.fromRandomBits(System.nanoTime()));
    tree = new RealProcessTree(directory, limit.filter(it -> hasLimitMarker));
  }

  @AfterEach
  void closeTree() {
    tree.close();
  }

  private void assertAllGone(StopTreeResult result, boolean killed) {
    assertThat(result.found()).isTrue();
    assertThat(result.alive()).isEmpty();
    assertThat(result.killed()).isEqualTo(killed);
    assertThat(tree.liveMarked()).isEmpty();
  }

  @Test
  void plainTreeExitsOnTerm() throws InterruptedException {
    ProcessIdentity root = tree.start("sleep 300 & sleep 300 & wait");
    assertAllGone(tree.stop(Optional.of(root)), false);
    assertThat(tree.isAlive(root)).isFalse();
  }

  @Test
  void processIgnoringTermIsKilled() throws InterruptedException {
    ProcessIdentity root = tree.start("trap '' TERM; sleep 300 & here ready; wait; sleep 300");
    tree.awaitIdentity("ready");
    assertAllGone(tree.stop(Optional.of(root), SHORT_GRACE), true);
    assertThat(tree.isAlive(root)).isFalse();
  }

  @Test
  void doubleForkedDaemonIsFoundByMarker() throws InterruptedException {
    tree.launch("(setsid sh -c \"$PROLOGUE here daemon; exec sleep 300\" &) ; exit 0");
    ProcessIdentity daemon = tree.awaitIdentity("daemon");
    assertAllGone(tree.stop(Optional.empty()), false);
    assertThat(tree.isAlive(daemon)).isFalse();
  }

  @Test
  void orphanWithClearedEnvironmentIsFoundBySession() throws InterruptedException {
    ProcessIdentity root =
        tree.start(
            "(env -i TREE=\"$TREE\" sh -c \"$PROLOGUE here bare; exec sleep 300\" &); sleep 300");
    ProcessIdentity bare = tree.awaitIdentity("bare");
    assertAllGone(tree.stop(Optional.of(root)), false);
    assertThat(tree.isAlive(bare)).isFalse();
  }

  @Test
  void childWithClearedEnvironmentAndOwnSessionIsFoundByParent() throws InterruptedException {
    ProcessIdentity root =
        tree.start(
            "env -i TREE=\"$TREE\" setsid -w sh -c \"$PROLOGUE here bare; exec sleep 300\"; sleep"
                + " 300");
    ProcessIdentity bare = tree.awaitIdentity("bare");
    assertAllGone(tree.stop(Optional.of(root)), false);
    assertThat(tree.isAlive(bare)).isFalse();
  }

  /** Documents a known limitation without a cgroup or limit marker. */
  @Test
  void orphanWithClearedEnvironmentAndOwnSessionNeedsLimitMarker() throws InterruptedException {
    ProcessIdentity root =
        tree.start(
            "(env -i TREE=\"$TREE\" setsid sh -c \"$PROLOGUE here bare; exec sleep 300\" &); sleep"
                + " 300");
    ProcessIdentity bare = tree.awaitIdentity("bare");
    Eventually.holds(
        "the process is an orphan", () -> tree.table.find(bare.pid()).get().parentPid() == 1);
    assertAllGone(tree.stop(Optional.of(root)), false);
    assertThat(tree.isAlive(bare)).isEqualTo(!hasLimitMarker);
  }

  @Test
  void processStoppedBySigstopRunsItsTrap() throws InterruptedException, IOException {
    ProcessIdentity root =
        tree.start("trap 'here trapped; exit 0' TERM; here ready; while :; do sleep 0.1; done");
    tree.awaitIdentity("ready");
    signal(root, Signal.STOP);
    Eventually.holds("the root is stopped", () -> tree.table.find(root.pid()).get().isStopped());
    StopTreeResult result = tree.stop(Optional.of(root), Signal.TERM, Duration.ofSeconds(10));
    assertAllGone(result, false);
    assertThat(directory.resolve("trapped.pid")).exists();
  }

  private static void signal(ProcessIdentity target, Signal signal) throws IOException {
    boolean ignored = Posix.lazy().kill(target.pid(), signal.number());
  }

  @Test
  void unreapedZombieCountsAsExited() throws InterruptedException, IOException {
    // The shell executes sleep, which never waits for the child that it inherits.
    String script =
        "export TREE=\"$0\"; LUHPROC_DIR=\"$0\" setsid sh -c \"$1 here root; exec sleep 300\" & "
            + "exec sleep 300";
    Process parent =
        new ProcessBuilder(
                "sh", "-c", script, directory.toString(), RealProcessTree.SCRIPT_PREAMBLE)
            .start();
    try {
      ProcessIdentity root = tree.awaitIdentity("root");
      assertAllGone(tree.stop(Optional.of(root)), false);
      assertThat(tree.table.find(root.pid())).map(ProcessStat::isDead).contains(true);
    } finally {
      parent.destroyForcibly().waitFor();
    }
  }

  @Test
  void grandchildHoldingStdoutIsStopped() throws InterruptedException, IOException {
    ProcessBuilder builder = new ProcessBuilder("setsid", "sh", "-c", "sleep 300 & exit 0");
    builder.environment().put("LUHPROC_DIR", directory.toString());
    Process root = builder.start();
    root.waitFor();
    assertThat(tree.liveMarked()).hasSize(1);
    assertAllGone(tree.stop(Optional.empty()), false);
    assertThat(root.getInputStream().readAllBytes()).isEmpty();
  }

  @Test
  void forkStormIgnoringTermIsKilled() throws InterruptedException {
    ProcessIdentity root =
        tree.start(
            "trap '' TERM; i=0; while [ $i -lt 200 ]; do sleep 300 & i=$((i+1));"
                + " [ $i = 20 ] && here storm; done; wait");
    tree.awaitIdentity("storm");
    StopTreeResult result = tree.stop(Optional.of(root), Signal.TERM, Duration.ofMillis(20));
    assertAllGone(result, true);
  }

  @Test
  void forkAndExitChainIsKilled() throws InterruptedException, IOException {
    // A chain of processes that live for only a millisecond can outrun any scan; see the README.
    Path link = directory.resolve("link.sh");
    Files.writeString(
        link,
        RealProcessTree.SCRIPT_PREAMBLE
            + "trap '' TERM\n[ $1 = 20 ] && here chain\n"
            + "[ $1 -lt 400 ] || exec sleep 300\nsleep 0.03; sh \"$0\" $(($1+1)) &\n");
    tree.launch("exec sh \"$TREE/link.sh\" 1");
    tree.awaitPidFile("chain");
    StopTreeResult result = tree.stop(Optional.empty(), Signal.TERM, Duration.ZERO);
    assertAllGone(result, true);
  }

  @Test
  void nestedWorkerSurvivesStopOfOuterWorker(@TempDir Path another) throws InterruptedException {
    try (RealProcessTree other = new RealProcessTree(another)) {
      ProcessIdentity root =
          tree.start(
              "LUHPROC_DIR='%s' TREE='%s' setsid sh -c \"$PROLOGUE here root; sleep 300; :\" & wait"
                  .formatted(another, another));
      ProcessIdentity worker = other.awaitIdentity("root");
      Eventually.holds("the nested worker has two processes", () -> other.liveMarked().size() == 2);
      assertAllGone(tree.stop(Optional.of(root)), false);
      assertThat(other.isAlive(worker)).isTrue();
      assertThat(other.liveMarked()).hasSize(2);
      assertThat(other.stop(Optional.of(worker)).alive()).isEmpty();
    }
  }

  @Test
  void reusedPidIsNeverSignalled() throws InterruptedException, IOException {
    Process unrelated = new ProcessBuilder("setsid", "sleep", "300").start();
    try {
      ProcessIdentity now =
          Eventually.present("the process runs", () -> tree.table.identify(unrelated.pid()));
      ProcessIdentity before = new ProcessIdentity(now.pid(), now.startTicks() - 1, now.bootId());
      StopTreeResult result = tree.stop(Optional.of(before));
      assertThat(result.found()).isFalse();
      assertThat(tree.isAlive(now)).isTrue();
    } finally {
      unrelated.destroyForcibly().waitFor();
    }
  }

  @Test
  void stoppingOwnTreeSparesCallerAndReportsResult() throws InterruptedException, IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessIdentity root =
        tree.start(
            "sleep 300 & '%s' -Xshare:auto -cp '%s' %s; sleep 300"
                .formatted(
                    java, System.getProperty("java.class.path"), StopsOwnTree.class.getName()));
    Eventually.holds(
        () -> "the file outcome is written; log: " + log(),
        () -> Files.exists(directory.resolve("outcome")));
    assertThat(tree.read("outcome")).contains("found=true, killed=false, alive=[]");
    assertThat(tree.isAlive(root)).isFalse();
    Eventually.holds("the tree has exited", () -> tree.liveMarked().isEmpty());
  }

  private String log() {
    try {
      return tree.read("out.log");
    } catch (IOException e) {
      return e.toString();
    }
  }

  @Test
  void configuredStopSignalIsSent() throws InterruptedException {
    ProcessIdentity root =
        tree.start("trap 'here usr1; exit 0' USR1; here ready; while :; do sleep 0.1; done");
    tree.awaitIdentity("ready");
    StopTreeResult result = tree.stop(Optional.of(root), Signal.USR1, Duration.ofSeconds(10));
    assertThat(result.alive()).isEmpty();
    assertThat(directory.resolve("usr1.pid")).exists();
  }

  @Test
  void exitedTreeIsNotFound() throws InterruptedException {
    ProcessIdentity root = tree.start("sleep 0.1; exit 0");
    Eventually.holds("the root has exited", () -> !tree.isAlive(root));
    assertThat(tree.stop(Optional.of(root))).isEqualTo(new StopTreeResult(false, false, List.of()));
  }
}
