package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.ProcessEnd;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.worker.StopResult.Outcome;
import io.luhproc.worker.app.TaskApp;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Workers whose task returns while stop hooks or non-daemon threads run, and forced exits. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class HooksAndThreadsTest {
  private static final StopOptions KEEP = StopOptions.builder().keepLogs(true).build();

  @RegisterExtension final WorkerFixture workers = new WorkerFixture();

  private WorkerInfo startWithGrace(String task, int graceMillis) {
    StartOptions options =
        workers
            .options()
            .env(TaskApp.GRACE, Integer.toString(graceMillis))
            .awaitReady(WorkerFixture.TIMEOUT)
            .build();
    return workers.manager.start(task, "main", options);
  }

  @Test
  void hookRunsToItsEndWhenTaskReturnsFirst() {
    WorkerInfo worker = workers.startReady("SLOW_HOOK", "main");
    StopResult result = workers.manager.stop("SLOW_HOOK", "main", KEEP);
    assertThat(result.outcome()).isEqualTo(Outcome.STOPPED);
    assertThat(WorkerFixture.read(worker.logFile())).isEqualTo("task returns\nhook ends\n");
    assertThat(result.end().orElseThrow().exitCode()).hasValue(0);
    assertThat(result.toString()).matches("SLOW_HOOK \\(id: main\\): stopped in [0-9.ms]+");
  }

  @Test
  void hookIsReportedWhenGracePeriodCutsItOff() {
    WorkerInfo worker = startWithGrace("STUCK_HOOK", 300);
    StopResult result = workers.manager.stop("STUCK_HOOK", "main", KEEP);
    ProcessEnd end = result.end().orElseThrow();
    assertThat(end.reason())
        .startsWith("stop hook io.luhproc.worker.app.ThreadTasks$$Lambda")
        .endsWith("was cut off, as it did not return within 300ms after SIGTERM");
    assertThat(end.exitCode()).hasValue(143);
    assertThat(result.outcome()).isEqualTo(Outcome.KILLED);
    assertThat(WorkerFixture.read(worker.errorFile())).isEqualTo(end.reason() + "\n");
    assertThat(workers.info("STUCK_HOOK", "main").end()).contains(end);
  }

  @Test
  void outcomeSaysThatTaskOutlivedItsGrace() {
    startWithGrace("STUBBORN", 300);
    StopResult result = workers.manager.stop("STUBBORN", "main");
    assertThat(result.outcome()).isEqualTo(Outcome.KILLED);
    assertThat(result.toString())
        .startsWith("STUBBORN (id: main): killed in ")
        .endsWith(": the task did not return within 300ms after SIGTERM (exit code 143)");
  }

  @Test
  void workerReportsBeforeStopKillsItWhenBothHaveSameGrace() {
    startWithGrace("STUBBORN", 2000);
    StopOptions options =
        StopOptions.builder().grace(Duration.ofSeconds(2)).timeout(WorkerFixture.TIMEOUT).build();
    StopResult result = workers.manager.stop("STUBBORN", "main", options);
    assertThat(result.end().orElseThrow().reason())
        .isEqualTo("the task did not return within 2s after SIGTERM");
  }

  @Test
  void workerRunsUntilStopWhenNonDaemonThreadRuns() {
    WorkerInfo worker = workers.startReady("SERVER", "main");
    Eventually.holds(
        () -> "the wait is reported; " + workers.dump("SERVER", "main"),
        () ->
            WorkerFixture.read(worker.errorFile())
                .equals("SERVER returned; waiting for its non-daemon threads: dispatcher\n"));
    assertThat(workers.info("SERVER", "main").state()).isEqualTo(WorkerState.READY);
    StopResult result = workers.manager.stop("SERVER", "main");
    assertThat(result.outcome()).isEqualTo(Outcome.STOPPED);
    assertThat(result.end().orElseThrow().reason()).isEqualTo("stopped by SIGTERM");
    assertThat(result.elapsed()).as("no wait for the thread").isLessThan(Duration.ofSeconds(8));
  }

  @Test
  void workerEndsWhenLastNonDaemonThreadEnds() {
    WorkerInfo ended = workers.startAndAwaitEnd("POOL", "main");
    assertThat(WorkerFixture.read(ended.logFile())).isEqualTo("pool ends\n");
    assertThat(ended.end().orElseThrow().reason()).isEqualTo("the task returned");
  }

  @Test
  void threadThatAsksForStopMayCleanUp() {
    WorkerInfo worker = workers.startReady("CLEANING_THREAD", "main");
    StopResult result = workers.manager.stop("CLEANING_THREAD", "main", KEEP);
    assertThat(result.outcome()).isEqualTo(Outcome.STOPPED);
    assertThat(WorkerFixture.read(worker.logFile())).isEqualTo("cleaned up\n");
    assertThat(result.end().orElseThrow().exitCode()).hasValue(0);
  }

  @Test
  void infoNamesThreadThatCalledSystemExit() {
    workers.startAndAwaitEnd("EXITS_IN_THREAD", "main");
    Eventually.holds(
        () -> "the exit code is recorded; " + workers.dump("EXITS_IN_THREAD", "main"),
        () -> workers.info("EXITS_IN_THREAD", "main").exitCode().isPresent());
    assertThat(workers.info("EXITS_IN_THREAD", "main").toString())
        .contains("System.exit was called by thread exiter at ")
        .contains("ThreadTasks")
        .endsWith("(exit code 3)");
  }

  @Test
  void infoNamesOutOfMemoryErrorWhenJvmExitsOnIt() {
    StartOptions options =
        StartOptions.builder()
            .jvmOption("-Xmx16m")
            .jvmOption("-XX:+ExitOnOutOfMemoryError")
            .build();
    workers.manager.start("OUT_OF_MEMORY", "main", options);
    workers.awaitEnd("OUT_OF_MEMORY", "main");
    Eventually.holds(
        () -> "the end is recorded; " + workers.dump("OUT_OF_MEMORY", "main"),
        () -> workers.info("OUT_OF_MEMORY", "main").end().isPresent());
    WorkerInfo ended = workers.info("OUT_OF_MEMORY", "main");
    assertThat(ended.end().orElseThrow().failure())
        .contains("java.lang.OutOfMemoryError: Java heap space");
    assertThat(ended.toString())
        .endsWith("end: the JVM ended: java.lang.OutOfMemoryError: Java heap space (exit code 3)");
  }
}
