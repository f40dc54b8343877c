package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.luhproc.testing.LeakCheck;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code start} with {@code awaitReady}. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class AwaitReadyTest {
  private static final Duration LONG_TIMEOUT = Duration.ofHours(1);

  @RegisterExtension final WorkerFixture workers = new WorkerFixture();

  private WorkerInfo startAndAwaitReady(String task, Duration awaitReady, String... arguments) {
    StartOptions.Builder options = workers.options().awaitReady(awaitReady);
    for (String argument : arguments) {
      options.argument(argument);
    }
    return workers.manager.start(task, "main", options.build());
  }

  @Test
  void startReturnsReadyWhenWorkerReportsReady() {
    WorkerInfo worker = startAndAwaitReady("IDLE", LONG_TIMEOUT);
    assertThat(worker.state()).isEqualTo(WorkerState.READY);
    assertThat(worker.launched()).isTrue();
    assertThat(workers.info("IDLE", "main").state()).isEqualTo(WorkerState.READY);
  }

  @Test
  void startAwaitsReadyWhenWorkerAlreadyRuns() {
    workers.start("IDLE", "main");
    WorkerInfo worker = startAndAwaitReady("IDLE", LONG_TIMEOUT);
    assertThat(worker.state()).isEqualTo(WorkerState.READY);
    assertThat(worker.launched()).isFalse();
  }

  @Test
  @Timeout(30)
  void startFailsWithStatusAndLogsWhenTaskThrows() {
    assertThatThrownBy(() -> startAndAwaitReady("THROWS", LONG_TIMEOUT))
        .isInstanceOf(StartFailedException.class)
        .hasMessageContaining("THROWS (id: main) ended before it was ready")
        .hasMessageContaining("exit code 1")
        .hasMessageContaining(
            "last lines of err.log:\n  java.lang.IllegalStateException: task fails")
        .hasMessageContaining("(out.log is empty)");
    assertThat(workers.info("THROWS", "main").state()).isEqualTo(WorkerState.ENDED);
  }

  @Test
  @Timeout(30)
  void startFailsWithExitStatusFromParentWhenWorkerHalts() {
    assertThatThrownBy(() -> startAndAwaitReady("HALTS", LONG_TIMEOUT))
        .isInstanceOf(StartFailedException.class)
        .hasMessageContaining("ended before it was ready: exited with code 9\n");
  }

  @Test
  @Timeout(30)
  void startFailsWithJvmOutputWhenJvmOptionIsInvalid() {
    StartOptions options =
        StartOptions.builder().jvmOption("-XX:NoSuchOption").awaitReady(LONG_TIMEOUT).build();
    assertThatThrownBy(() -> workers.manager.start("IDLE", "main", options))
        .isInstanceOf(StartFailedException.class)
        .hasMessageContaining("ended before it was ready: exited with code 1\n")
        .hasMessageContaining("NoSuchOption");
  }

  @Test
  @Timeout(30)
  void failureShowsOnlyOutputOfThisLaunch() {
    assertThatThrownBy(() -> startAndAwaitReady("THROWS", LONG_TIMEOUT))
        .hasMessageContaining("last lines of err");
    StartOptions options =
        StartOptions.builder().jvmOption("-XX:NoSuchOption").awaitReady(LONG_TIMEOUT).build();
    assertThatThrownBy(() -> workers.manager.start("THROWS", "main", options))
        .hasMessageContaining("NoSuchOption")
        .hasMessageNotContaining("IllegalStateException");
  }

  @Test
  @Timeout(30)
  void startFailsWhenTaskReturnsWithoutReportingReady() {
    assertThatThrownBy(() -> startAndAwaitReady("RETURNS", LONG_TIMEOUT))
        .isInstanceOf(StartFailedException.class)
        .hasMessageContaining("ended before it was ready: the task returned (exit code 0)")
        .hasMessageContaining("last lines of out.log:\n  returning");
  }

  @Test
  void startFailsAtTimeoutAndWorkerKeepsRunningWhenNeverReady() {
    StartFailedException failure =
        catchThrowableOfType(
            StartFailedException.class,
            () -> startAndAwaitReady("NEVER_READY", Duration.ofMillis(500)));
    WorkerInfo running = failure.running().orElseThrow();
    assertThat(failure)
        .hasMessageContaining("was not ready within 500ms and is still running as pid ")
        .hasMessageContaining(running.logFile().toString());
    assertThat(workers.isAlive(workers.identityOf(running))).isTrue();
    assertThat(workers.manager.start("NEVER_READY", "main").launched()).isFalse();
  }

  @Test
  void startSucceedsWhenWorkerExitsAfterReportingReady() {
    WorkerInfo worker = startAndAwaitReady("READY_AND_HALTS", LONG_TIMEOUT);
    assertThat(worker.launched()).isTrue();
    assertThat(workers.awaitEnd("READY_AND_HALTS", "main").identity()).isEqualTo(worker.identity());
  }

  @Test
  void startFailsWhenWorkerIsStoppedWhileAwaitingReady() throws Exception {
    try (TaskAppProcess stopper =
        TaskAppProcess.builder(workers.root).start("stop-ready", "NEVER_READY", "main")) {
      assertThatThrownBy(() -> startAndAwaitReady("NEVER_READY", LONG_TIMEOUT))
          .isInstanceOf(StartFailedException.class)
          .hasMessageMatching(
              "(?s)NEVER_READY \\(id: main\\) (was stopped by another call|ended) before it was"
                  + " ready.*");
      assertThat(stopper.exitCode()).isZero();
    }
  }
}
