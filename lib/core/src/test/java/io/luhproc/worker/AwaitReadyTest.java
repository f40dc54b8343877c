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

/** {@code start} that waits until the worker is ready. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class AwaitReadyTest {
  private static final Duration FOR_EVER = Duration.ofHours(1);

  @RegisterExtension final RealWorkers workers = new RealWorkers();

  private WorkerInfo start(String task, Duration awaitReady, String... arguments) {
    StartOptions.Builder options = workers.options().awaitReady(awaitReady);
    for (String argument : arguments) {
      options.argument(argument);
    }
    return workers.manager.start(task, "main", options.build());
  }

  @Test
  void aWorkerThatSaysSoIsReady() {
    WorkerInfo worker = start("IDLE", FOR_EVER);
    assertThat(worker.state()).isEqualTo(WorkerState.READY);
    assertThat(worker.launched()).isTrue();
    assertThat(workers.info("IDLE", "main").state()).isEqualTo(WorkerState.READY);
  }

  @Test
  void aWorkerThatRunsAlreadyIsWaitedForToo() {
    workers.start("IDLE", "main");
    WorkerInfo worker = start("IDLE", FOR_EVER);
    assertThat(worker.state()).isEqualTo(WorkerState.READY);
    assertThat(worker.launched()).isFalse();
  }

  @Test
  @Timeout(30)
  void aWorkerThatThrowsIsReportedAtOnceWithStatusAndLogs() {
    assertThatThrownBy(() -> start("THROWS", FOR_EVER))
        .isInstanceOf(StartFailedException.class)
        .hasMessageContaining("THROWS (id: main) ended before it was ready")
        .hasMessageContaining("exit status 1")
        .hasMessageContaining("last lines of err.log:\n  java.lang.IllegalStateException: as it")
        .hasMessageContaining("(it wrote nothing to out.log)");
    assertThat(workers.info("THROWS", "main").state()).isEqualTo(WorkerState.ENDED);
  }

  @Test
  @Timeout(30)
  void aWorkerThatHaltsIsReportedWithTheStatusThatItsParentSaw() {
    assertThatThrownBy(() -> start("HALTS", FOR_EVER))
        .isInstanceOf(StartFailedException.class)
        .hasMessageContaining("ended before it was ready: exited with code 9\n");
  }

  @Test
  @Timeout(30)
  void aJvmThatDoesNotEvenBeginIsReportedWithWhatItSaid() {
    StartOptions options =
        StartOptions.builder().jvmOption("-XX:NoSuchOption").awaitReady(FOR_EVER).build();
    assertThatThrownBy(() -> workers.manager.start("IDLE", "main", options))
        .isInstanceOf(StartFailedException.class)
        .hasMessageContaining("ended before it was ready: exited with code 1\n")
        .hasMessageContaining("NoSuchOption");
  }

  @Test
  @Timeout(30)
  void onlyWhatThisLaunchWroteIsShown() {
    assertThatThrownBy(() -> start("THROWS", FOR_EVER)).hasMessageContaining("last lines of err");
    StartOptions options =
        StartOptions.builder().jvmOption("-XX:NoSuchOption").awaitReady(FOR_EVER).build();
    assertThatThrownBy(() -> workers.manager.start("THROWS", "main", options))
        .hasMessageContaining("NoSuchOption")
        .hasMessageNotContaining("IllegalStateException");
  }

  @Test
  @Timeout(30)
  void aTaskThatReturnsWithoutSayingSoHasFailed() {
    assertThatThrownBy(() -> start("RETURNS", FOR_EVER))
        .isInstanceOf(StartFailedException.class)
        .hasMessageContaining("ended before it was ready: the task returned, exit status 0")
        .hasMessageContaining("last lines of out.log:\n  returning");
  }

  @Test
  void aWorkerThatIsNeverReadyRunsOn() {
    StartFailedException failure =
        catchThrowableOfType(
            StartFailedException.class, () -> start("NEVER_READY", Duration.ofMillis(500)));
    WorkerInfo running = failure.running().orElseThrow();
    assertThat(failure)
        .hasMessageContaining("was not ready within 500ms, but runs on as pid ")
        .hasMessageContaining(running.logFile().toString());
    assertThat(workers.lives(workers.identity(running))).isTrue();
    assertThat(workers.manager.start("NEVER_READY", "main").launched()).isFalse();
  }

  @Test
  void aShortTaskThatSaidSoAndEndedWasReady() {
    WorkerInfo worker = start("READY_AND_HALTS", FOR_EVER);
    assertThat(worker.launched()).isTrue();
    assertThat(workers.awaitEnd("READY_AND_HALTS", "main").identity()).isEqualTo(worker.identity());
  }

  @Test
  void aWorkerThatSomebodyStopsMeanwhileIsReported() throws Exception {
    try (AppRun stopper = AppRun.of(workers.root).start("stop-ready", "NEVER_READY", "main")) {
      assertThatThrownBy(() -> start("NEVER_READY", FOR_EVER))
          .isInstanceOf(StartFailedException.class)
          .hasMessageMatching(
              "(?s)NEVER_READY \\(id: main\\) (was stopped by somebody|ended) before it was"
                  + " ready.*");
      assertThat(stopper.exitCode()).isZero();
    }
  }
}
