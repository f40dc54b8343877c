package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.process.Signal;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.worker.StopResult.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Fault 4: whatever a worker does not to be stopped, after {@code stop} nothing of it lives. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class HardToStopTest {
  private static final StopOptions IMPATIENT =
      StopOptions.builder().grace(Duration.ofMillis(300)).timeout(RealWorkers.PATIENCE).build();

  @TempDir Path work;
  @RegisterExtension final RealWorkers workers = new RealWorkers();

  private WorkerInfo startIn(Path directory, String task, String... arguments) {
    StartOptions.Builder options = workers.options().directory(directory);
    for (String argument : arguments) {
      options.argument(argument);
    }
    return workers.manager.start(task, "main", options.build());
  }

  private void assertGone(WorkerInfo worker) {
    assertThat(workers.lives(workers.identity(worker))).isFalse();
    assertThat(workers.carriers()).isEmpty();
    assertThat(worker.directory()).doesNotExist();
    assertThat(workers.manager.info(worker.task(), worker.id())).isEmpty();
  }

  @Test
  void aWorkerThatIgnoresTermIsKilled() {
    WorkerInfo worker = workers.startReady("STUBBORN", "main");
    assertThat(workers.manager.stop("STUBBORN", "main", IMPATIENT).outcome())
        .isEqualTo(Outcome.KILLED);
    assertGone(worker);
  }

  @Test
  void aChildThatIgnoresTermIsKilledToo() {
    WorkerInfo worker =
        startIn(
            work, "SCRIPT", "trap '' TERM; echo $$ > n; mv n child.pid; while :; do sleep 1; done");
    ProcessIdentity child = workers.awaitPid(work.resolve("child.pid"));
    assertThat(workers.manager.stop("SCRIPT", "main", IMPATIENT).outcome())
        .isEqualTo(Outcome.KILLED);
    assertThat(workers.lives(child)).isFalse();
    assertGone(worker);
  }

  @Test
  void aDaemonThatForkedTwiceAndLeadsItsOwnSessionIsGone() {
    WorkerInfo worker =
        startIn(
            work,
            "SCRIPT",
            "(setsid sh -c 'echo $$ > n; mv n daemon.pid; exec sleep 300' > /dev/null 2>&1 &)");
    ProcessIdentity daemon = workers.awaitPid(work.resolve("daemon.pid"));
    assertThat(workers.table.find(daemon.pid()).map(ProcessStat::sessionId)).contains(daemon.pid());
    workers.manager.stop("SCRIPT", "main");
    assertThat(workers.lives(daemon)).isFalse();
    assertGone(worker);
  }

  @Test
  void aDaemonOfAWorkerThatWasKilledBeforeIsGone() {
    WorkerInfo worker =
        startIn(work, "SCRIPT", "(setsid sh -c 'echo $$ > n; mv n daemon.pid; exec sleep 300' &)");
    ProcessIdentity daemon = workers.awaitPid(work.resolve("daemon.pid"));
    RealWorkers.signal(workers.identity(worker), Signal.KILL);
    workers.awaitEnd("SCRIPT", "main");
    assertThat(workers.lives(daemon)).isTrue();
    assertThat(workers.manager.stop("SCRIPT", "main").outcome()).isEqualTo(Outcome.STOPPED);
    assertThat(workers.lives(daemon)).isFalse();
    assertGone(worker);
  }

  @Test
  void aWorkerThatWasStoppedBySigstopLeavesByItself() {
    WorkerInfo worker = workers.startReady("IDLE", "main");
    RealWorkers.signal(workers.identity(worker), Signal.STOP);
    Eventually.holds(
        "it is stopped",
        () -> workers.table.find(workers.identity(worker).pid()).get().isStopped());
    StopOptions keep = StopOptions.builder().keepLogs(true).build();
    assertThat(workers.manager.stop("IDLE", "main", keep).outcome()).isEqualTo(Outcome.STOPPED);
    assertThat(workers.info("IDLE", "main").end().orElseThrow().exitCode()).hasValue(0);
    workers.manager.stop("IDLE", "main");
    assertGone(worker);
  }

  @Test
  void aZombieOfAParentThatDoesNotReapIsDead() throws IOException, InterruptedException {
    try (AppRun starter = AppRun.of(workers.root).start("start", "IDLE", "main")) {
      starter.awaitOutput("started true");
      WorkerInfo worker = workers.info("IDLE", "main");
      RealWorkers.signal(starter.identity(), Signal.STOP);
      Eventually.holds(
          "the starter stands still",
          () -> workers.table.find(starter.identity().pid()).orElseThrow().isStopped());
      assertThat(workers.manager.stop("IDLE", "main").outcome()).isEqualTo(Outcome.STOPPED);
      assertThat(workers.table.find(workers.identity(worker).pid()))
          .as("it waits for its parent still")
          .map(ProcessStat::isDead)
          .contains(true);
      assertGone(worker);
      assertThat(workers.start("IDLE", "main").launched()).isTrue();
      workers.manager.stop("IDLE", "main");
    }
  }

  @Test
  void aGrandchildThatHoldsStdoutIsGone() throws IOException {
    WorkerInfo worker = startIn(work, "LEAVES_CHILD");
    ProcessIdentity child = workers.awaitPid(work.resolve("child.pid"));
    workers.awaitEnd("LEAVES_CHILD", "main");
    assertThat(workers.lives(child)).isTrue();
    assertThat(Files.readSymbolicLink(Path.of("/proc/" + child.pid() + "/fd/1")))
        .isEqualTo(worker.logFile().toRealPath());
    workers.manager.stop("LEAVES_CHILD", "main");
    assertThat(workers.lives(child)).isFalse();
    assertGone(worker);
  }

  @Test
  void aWorkerThatTheWorkerHadStartedLivesOn() {
    WorkerInfo parent =
        workers.manager.start(
            "STARTS_OTHERS",
            "main",
            workers.options().directory(work).awaitReady(RealWorkers.PATIENCE).build());
    ProcessIdentity child = workers.identity(workers.info("IDLE", "child"));
    ProcessIdentity sameTask = workers.identity(workers.info("STARTS_OTHERS", "another"));
    workers.manager.stop("STARTS_OTHERS", "main");
    assertThat(workers.lives(workers.identity(parent))).isFalse();
    assertThat(workers.lives(child)).isTrue();
    assertThat(workers.lives(sameTask)).isTrue();
    assertThat(workers.info("IDLE", "child").state()).isEqualTo(WorkerState.READY);
    assertThat(workers.manager.stop("IDLE", "child").outcome()).isEqualTo(Outcome.STOPPED);
    workers.manager.stop("STARTS_OTHERS", "another");
    assertThat(workers.carriers()).isEmpty();
  }
}
