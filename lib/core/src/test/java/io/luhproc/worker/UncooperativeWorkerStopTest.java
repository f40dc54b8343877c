package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.process.Signal;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.worker.StopResult.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code stop} of workers that do not stop by themselves, or that leave descendants. What needs no
 * worker is tested with the process trees of {@link io.luhproc.tree.TreeStopper}.
 */
@Tag("process")
@ExtendWith(LeakCheck.class)
class UncooperativeWorkerStopTest {
  private static final StopOptions SHORT_GRACE =
      StopOptions.builder().grace(Duration.ofMillis(300)).timeout(WorkerFixture.TIMEOUT).build();

  @TempDir Path work;
  @RegisterExtension final WorkerFixture workers = new WorkerFixture();

  private void assertGone(WorkerInfo worker) {
    assertThat(workers.isAlive(workers.identityOf(worker))).isFalse();
    assertThat(workers.markedProcesses()).isEmpty();
    assertThat(worker.directory()).doesNotExist();
    assertThat(workers.manager.info(worker.task(), worker.id())).isEmpty();
  }

  @Test
  void workerIsKilledWhenItIgnoresSigterm() {
    WorkerInfo worker = workers.startReady("STUBBORN", "main");
    assertThat(workers.manager.stop("STUBBORN", "main", SHORT_GRACE).outcome())
        .isEqualTo(Outcome.KILLED);
    assertGone(worker);
  }

  @Test
  void daemonIsStoppedWhenWorkerWasKilledBefore() {
    String script = "(setsid sh -c 'echo $$ > n; mv n daemon.pid; exec sleep 300' &)";
    WorkerInfo worker =
        workers.manager.start(
            "SCRIPT", "main", workers.options().directory(work).argument(script).build());
    ProcessIdentity daemon = workers.awaitPid(work.resolve("daemon.pid"));
    assertThat(workers.table.find(daemon.pid()).map(ProcessStat::sessionId)).contains(daemon.pid());
    WorkerFixture.signal(workers.identityOf(worker), Signal.KILL);
    workers.awaitEnd("SCRIPT", "main");
    assertThat(workers.isAlive(daemon)).isTrue();
    assertThat(workers.manager.stop("SCRIPT", "main").outcome()).isEqualTo(Outcome.STOPPED);
    assertThat(workers.isAlive(daemon)).isFalse();
    assertGone(worker);
  }

  @Test
  void stopSucceedsWhenParentDoesNotReapZombie() throws IOException, InterruptedException {
    try (TaskAppProcess starter =
        TaskAppProcess.builder(workers.root).start("start", "IDLE", "main")) {
      starter.awaitOutput("started true");
      WorkerInfo worker = workers.info("IDLE", "main");
      WorkerFixture.signal(starter.identity(), Signal.STOP);
      Eventually.holds(
          "the starter is stopped",
          () -> workers.table.find(starter.identity().pid()).orElseThrow().isStopped());
      assertThat(workers.manager.stop("IDLE", "main").outcome()).isEqualTo(Outcome.STOPPED);
      assertThat(workers.table.find(workers.identityOf(worker).pid()))
          .as("the worker is a zombie")
          .map(ProcessStat::isDead)
          .contains(true);
      assertGone(worker);
      assertThat(workers.start("IDLE", "main").launched()).isTrue();
      workers.manager.stop("IDLE", "main");
    }
  }

  @Test
  void nestedWorkersKeepRunningWhenStarterWorkerIsStopped() {
    WorkerInfo parent =
        workers.manager.start(
            "STARTS_OTHERS",
            "main",
            workers.options().directory(work).awaitReady(WorkerFixture.TIMEOUT).build());
    ProcessIdentity child = workers.identityOf(workers.info("IDLE", "child"));
    ProcessIdentity sameTask = workers.identityOf(workers.info("STARTS_OTHERS", "another"));
    workers.manager.stop("STARTS_OTHERS", "main");
    assertThat(workers.isAlive(workers.identityOf(parent))).isFalse();
    assertThat(workers.isAlive(child)).isTrue();
    assertThat(workers.isAlive(sameTask)).isTrue();
    assertThat(workers.info("IDLE", "child").state()).isEqualTo(WorkerState.READY);
    assertThat(workers.manager.stop("IDLE", "child").outcome()).isEqualTo(Outcome.STOPPED);
    workers.manager.stop("STARTS_OTHERS", "another");
    assertThat(workers.markedProcesses()).isEmpty();
  }
}
