package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.process.Signal;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.worker.StopResult.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Results and effects of {@code stop}. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class StopTest {
  private static final StopOptions KEEP = StopOptions.builder().keepLogs(true).build();

  @RegisterExtension final WorkerFixture workers = new WorkerFixture();

  @Test
  void stopDeletesDirectory() {
    WorkerInfo worker = workers.startReady("IDLE", "main");
    StopResult result = workers.manager.stop("IDLE", "main");
    assertThat(result.outcome()).isEqualTo(Outcome.STOPPED);
    assertThat(result.task()).isEqualTo("IDLE");
    assertThat(result.id()).isEqualTo("main");
    assertThat(result.elapsed()).isPositive();
    assertThat(workers.isAlive(workers.identityOf(worker))).isFalse();
    assertThat(workers.root).isEmptyDirectory();
    assertThat(workers.manager.list()).isEmpty();
    assertThatThrownBy(() -> workers.manager.logs("IDLE", "main"))
        .isInstanceOf(NoSuchWorkerException.class)
        .hasMessageContaining("IDLE (id: main)");
  }

  @Test
  void outcomeIsNotRunningWhenWorkerDoesNotRun() {
    assertThat(workers.manager.stop("IDLE", "main").outcome()).isEqualTo(Outcome.NOT_RUNNING);
    workers.startAndAwaitEnd("RETURNS", "main");
    assertThat(workers.manager.stop("RETURNS", "main").outcome()).isEqualTo(Outcome.NOT_RUNNING);
    assertThat(workers.root).isEmptyDirectory();
  }

  @Test
  void infoAndLogsAreAvailableAfterStopWithKeepLogs() {
    WorkerInfo worker = workers.startReady("IDLE", "main");
    workers.manager.stop("IDLE", "main", KEEP);
    WorkerInfo ended = workers.info("IDLE", "main");
    assertThat(ended.state()).isEqualTo(WorkerState.ENDED);
    assertThat(ended.end().orElseThrow().reason()).isEqualTo("stopped by SIGTERM");
    assertThat(ended.end().orElseThrow().exitCode()).hasValue(0);
    assertThat(workers.manager.logs("IDLE", "main").out().snapshot())
        .isEqualTo("idle IDLE main\nstop requested: true\n");
    assertThat(worker.directory().resolve("pid")).doesNotExist();
  }

  @Test
  void sigkillIsRecordedWhenWorkerIsKilledWithKeepLogs() {
    workers.startReady("STUBBORN", "main");
    StopOptions options = StopOptions.builder().grace(Duration.ZERO).keepLogs(true).build();
    assertThat(workers.manager.stop("STUBBORN", "main", options).outcome())
        .isEqualTo(Outcome.KILLED);
    assertThat(workers.info("STUBBORN", "main").end().orElseThrow().signal()).contains(Signal.KILL);
  }

  @Test
  void stopSendsGivenSignal() {
    ProcessManager manager = workers.managerWithDefaultSignals();
    StartOptions ready = StartOptions.builder().awaitReady(WorkerFixture.TIMEOUT).build();
    manager.start("IDLE", "main", ready);
    StopOptions options = StopOptions.builder().signal(Signal.INT).keepLogs(true).build();
    manager.stop("IDLE", "main", options);
    assertThat(manager.info("IDLE", "main").orElseThrow().signal()).contains(Signal.INT);
  }

  @Test
  void workerIsStoppedWhileStarting() {
    WorkerInfo worker = workers.start("IDLE", "main");
    workers.manager.stop("IDLE", "main");
    assertThat(workers.isAlive(workers.identityOf(worker))).isFalse();
    assertThat(workers.root).isEmptyDirectory();
  }

  @Test
  void stopFailsWhenWorkerStopsItself() {
    WorkerInfo worker = workers.startReady("STOPS_ITSELF", "main");
    assertThat(WorkerFixture.read(worker.logFile()))
        .startsWith("refused: cannot stop STOPS_ITSELF (id: main): a worker cannot stop itself")
        .contains("let its task return instead")
        .contains("idle STOPS_ITSELF main");
    assertThat(workers.manager.stop("STOPS_ITSELF", "main").outcome()).isEqualTo(Outcome.STOPPED);
  }

  @Test
  void stopSucceedsWhenCalledByDescendantOfWorker() {
    StringBuilder script = new StringBuilder();
    for (String argument : TaskAppProcess.command("stop", "SCRIPT", "main")) {
      script.append('\'').append(argument).append("' ");
    }
    String output = workers.root.resolve("stop.out").toString();
    StartOptions options =
        workers.options().argument("exec " + script + "> '" + output + "' 2>&1").build();
    WorkerInfo worker = workers.manager.start("SCRIPT", "main", options);
    Eventually.holds(
        () -> "the outcome is printed: " + WorkerFixture.read(Path.of(output)),
        () -> WorkerFixture.read(Path.of(output)).contains("outcome STOPPED"));
    assertThat(workers.isAlive(workers.identityOf(worker))).isFalse();
    assertThat(worker.directory()).doesNotExist();
  }

  @Test
  void unknownTaskIsRejectedWithSuggestion() {
    assertThatThrownBy(() -> workers.manager.stop("IDEL", "main"))
        .isInstanceOf(UnknownTaskException.class)
        .hasMessageStartingWith(
            "unknown task IDEL; did you mean IDLE? registered tasks: FIRST, IDLE, ");
  }
}
