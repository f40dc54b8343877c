package io.luhproc.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.LimitMarker;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tests the stop of real processes that only the limit marker identifies. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class LimitMarkerProcessTest {
  private static final LimitMarker LIMIT =
      LimitMarker.fromRandomBits(ProcessHandle.current().pid());
  private static final LimitMarker OTHER_LIMIT = LimitMarker.fromRandomBits(~LIMIT.value());
  private static final String DETACHED_SLEEP =
      "(env -i TREE=\"$TREE\" setsid sh -c \"$PROLOGUE here daemon; exec sleep 300\" &)\n";

  private static final String ZOMBIE_LEADER =
      """
      import ctypes, os, threading, time
      threading.Thread(target=lambda: time.sleep(300)).start()
      tree = os.environ['TREE']
      open(tree + '/new', 'w').write(str(os.getpid()) + chr(10))
      os.rename(tree + '/new', tree + '/daemon.pid')
      ctypes.CDLL(None).pthread_exit(None)
      """;

  @TempDir Path directory;
  private RealProcessTree tree;

  @BeforeEach
  void createTree() {
    tree = new RealProcessTree(directory, Optional.of(LIMIT));
  }

  @AfterEach
  void closeTree() {
    tree.close();
  }

  private void assertStopped(StopTreeResult result, ProcessIdentity member) {
    assertThat(result.found()).isTrue();
    assertThat(result.alive()).isEmpty();
    assertThat(tree.isAlive(member)).isFalse();
    assertThat(tree.liveMarked()).isEmpty();
  }

  private ProcessIdentity startDaemon(String script) {
    tree.launch(script);
    ProcessIdentity daemon = tree.awaitIdentity("daemon");
    Eventually.holds(
        "the daemon is an orphan", () -> tree.table.find(daemon.pid()).get().parentPid() == 1);
    return daemon;
  }

  @Test
  void detachedProcessWithClearedEnvironmentIsStopped() throws InterruptedException {
    ProcessIdentity daemon = startDaemon(DETACHED_SLEEP + "exit 0");
    assertStopped(tree.stop(Optional.empty()), daemon);
  }

  @Test
  void daemonWithChangedTitleIsStopped() throws InterruptedException {
    assumeTrue(isInstalled("perl"), "perl is not installed");
    ProcessIdentity daemon =
        startDaemon(
            "(setsid perl -e '$0 = \"title \" . \"x\" x 9999; system(\"echo $$ > $ENV{TREE}/new;"
                + " mv $ENV{TREE}/new $ENV{TREE}/daemon.pid\"); sleep 300' &)\nexit 0");
    assertThat(tree.table.environmentVariable(daemon.pid(), "LUHPROC_DIR")).isEmpty();
    assertStopped(tree.stop(Optional.empty()), daemon);
  }

  @Test
  void processWithExitedMainThreadIsAliveAndIsStopped() throws InterruptedException {
    assumeTrue(isInstalled("python3"), "python3 is not installed");
    // pthread_exit(3) of the main thread leaves a zombie with threads.
    ProcessIdentity daemon =
        startDaemon("(setsid python3 -c \"$PYTHON\" &)\nexit 0".replace("$PYTHON", ZOMBIE_LEADER));
    ProcessStat row =
        Eventually.present(
            "the main thread has exited",
            () -> tree.table.find(daemon.pid()).filter(it -> it.state() == 'Z'));
    assertThat(row.isDead()).isFalse();
    assertThat(tree.isAlive(daemon)).isTrue();
    assertStopped(tree.stop(Optional.empty()), daemon);
  }

  private static boolean isInstalled(String program) {
    return Files.isExecutable(Path.of("/usr/bin", program));
  }

  @Test
  void workerStartedByWorkerSurvives(@TempDir Path another) throws InterruptedException {
    try (RealProcessTree other = new RealProcessTree(another, Optional.of(OTHER_LIMIT))) {
      String launch = RealProcessTree.setLimit(OTHER_LIMIT) + "TREE='%s'\n".formatted(another);
      ProcessIdentity root =
          tree.start("(export TREE\n" + launch + DETACHED_SLEEP + ")\nsleep 300");
      ProcessIdentity nested = other.awaitIdentity("daemon");
      assertStopped(tree.stop(Optional.of(root)), root);
      assertThat(other.isAlive(nested)).isTrue();
      assertStopped(other.stop(Optional.empty()), nested);
    }
  }

  @Test
  void processOfAnotherUserWithForgedLimitMarkerSurvives()
      throws IOException, InterruptedException {
    assumeTrue(tree.table.realUserId(tree.table.currentPid()).equals(OptionalLong.of(0)));
    String forge = RealProcessTree.setLimit(LIMIT) + "trap '' TERM; echo; exec sleep 300";
    ProcessBuilder builder =
        new ProcessBuilder(
            "setpriv", "--reuid=65534", "--clear-groups", "setsid", "sh", "-c", forge);
    Process forger = builder.start();
    try {
      assertThat(forger.getInputStream().read()).isEqualTo('\n');
      ProcessIdentity daemon = startDaemon(DETACHED_SLEEP + "exit 0");
      StopTreeResult result = tree.stop(Optional.empty());
      assertThat(result.alive()).isEmpty();
      assertThat(result.killed()).isFalse();
      assertThat(tree.isAlive(daemon)).isFalse();
      assertThat(tree.table.limitMarker(forger.pid())).contains(LIMIT);
    } finally {
      forger.destroyForcibly().waitFor();
    }
  }
}
