package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.ProcessEnd;
import io.luhproc.process.Signal;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.worker.app.TaskApp;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The recorded end of a worker, and {@code info} and {@code logs} afterwards. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class WorkerExitRecordTest {
  @RegisterExtension final WorkerFixture workers = new WorkerFixture();

  /** Waits for the end and the exit code, which its parent may record later. */
  private ProcessEnd awaitEnd(String task, String id) {
    workers.awaitEnd(task, id);
    Eventually.holds(
        () -> "the exit code is recorded; " + workers.dump(task, id),
        () -> workers.info(task, id).end().orElseThrow().exitCode().isPresent());
    return workers.info(task, id).end().orElseThrow();
  }

  @Test
  void exitCodeZeroIsRecordedWhenTaskReturns() {
    WorkerInfo started = workers.start("RETURNS", "main");
    ProcessEnd end = awaitEnd("RETURNS", "main");
    assertThat(end.exitCode()).hasValue(0);
    assertThat(end.signal()).isEmpty();
    assertThat(end.failure()).isEmpty();
    assertThat(end.reason()).isEqualTo("the task returned");
    WorkerInfo ended = workers.info("RETURNS", "main");
    assertThat(ended.identity()).isEqualTo(started.identity());
    assertThat(ended.rssBytes()).isEmpty();
    assertThat(ended.uptime()).isPresent();
    assertThat(ended.end().orElseThrow().time()).isAfter(ended.started());
    assertThat(workers.manager.list()).containsExactly(ended);
    assertThat(workers.manager.logs("RETURNS", "main").out().snapshot()).isEqualTo("returning\n");
  }

  @Test
  void exceptionAndExitCodeOneAreRecordedWhenTaskThrows() {
    workers.start("THROWS", "main");
    ProcessEnd end = awaitEnd("THROWS", "main");
    assertThat(end.exitCode()).hasValue(1);
    assertThat(end.failure()).contains("java.lang.IllegalStateException: task fails, id main");
    assertThat(end.reason()).contains("task fails");
    assertThat(workers.manager.logs("THROWS", "main").err().snapshot())
        .startsWith("java.lang.IllegalStateException: task fails, id main\n\tat ");
  }

  @Test
  void exitCodeIsRecordedWhenTaskCallsSystemExit() {
    workers.start("EXITS", "main");
    ProcessEnd end = awaitEnd("EXITS", "main");
    assertThat(end.exitCode()).hasValue(7);
    assertThat(end.reason())
        .startsWith(
            "the JVM exited before the task returned: System.exit was called by thread main at ")
        .contains("SampleTasks");
    assertThat(workers.info("EXITS", "main").toString()).endsWith("(exit code 7)");
  }

  @Test
  void starterRecordsExitCodeWhenWorkerHalts() {
    workers.start("HALTS", "main");
    ProcessEnd end = awaitEnd("HALTS", "main");
    assertThat(end.exitCode()).hasValue(9);
    assertThat(end.signal()).isEmpty();
    assertThat(end.reason()).isEqualTo("exited with code 9");
  }

  @Test
  void starterRecordsSigkillWhenWorkerIsKilled() {
    WorkerInfo worker = workers.startReady("IDLE", "main");
    WorkerFixture.signal(workers.identityOf(worker), Signal.KILL);
    ProcessEnd end = awaitEnd("IDLE", "main");
    assertThat(end.exitCode()).hasValue(137);
    assertThat(end.signal()).contains(Signal.KILL);
    assertThat(end.reason()).isEqualTo("killed by SIGKILL");
  }

  @Test
  void signalAndExitCodeZeroAreRecordedWhenTaskReturnsAfterSignal() {
    WorkerInfo worker = workers.startReady("IDLE", "main");
    WorkerFixture.signal(workers.identityOf(worker), Signal.TERM);
    ProcessEnd end = awaitEnd("IDLE", "main");
    assertThat(end.exitCode()).hasValue(0);
    assertThat(end.signal()).contains(Signal.TERM);
    assertThat(end.reason()).isEqualTo("stopped by SIGTERM");
  }

  @Test
  void signalExitCodeIsRecordedWhenGracePeriodExpires() {
    ProcessManager manager = workers.managerWithDefaultSignals();
    StartOptions options =
        StartOptions.builder().env(TaskApp.GRACE, "100").awaitReady(WorkerFixture.TIMEOUT).build();
    WorkerInfo worker = manager.start("STUBBORN", "main", options);
    WorkerFixture.signal(workers.identityOf(worker), Signal.HUP);
    ProcessEnd end =
        Eventually.present(
            "the end is recorded", () -> manager.info("STUBBORN", "main").orElseThrow().end());
    assertThat(end.exitCode()).hasValue(129);
    assertThat(end.signal()).contains(Signal.HUP);
    assertThat(end.reason()).contains("did not return within 100ms after SIGHUP");
  }

  @Test
  void endIsUnknownWhenWorkerIsKilledAfterStarterExited() throws Exception {
    try (TaskAppProcess starter =
        TaskAppProcess.builder(workers.root).start("start", "IDLE", "main")) {
      starter.awaitOutput("started true");
    }
    WorkerInfo worker = workers.info("IDLE", "main");
    workers.awaitOutput(worker, "idle");
    WorkerFixture.signal(workers.identityOf(worker), Signal.KILL);
    WorkerInfo ended = workers.awaitEnd("IDLE", "main");
    assertThat(ended.end()).isEmpty();
    assertThat(ended.uptime()).isEmpty();
    assertThat(ended.identity()).isEqualTo(worker.identity());
  }

  @Test
  void startAppendsToLogsWhenWorkerHasEnded() {
    workers.startAndAwaitEnd("RETURNS", "main");
    WorkerInfo second = workers.start("RETURNS", "main");
    assertThat(second.launched()).isTrue();
    assertThat(second.end()).as("end of the first worker").isEmpty();
    awaitEnd("RETURNS", "main");
    assertThat(workers.manager.logs("RETURNS", "main").out().snapshot())
        .isEqualTo("returning\nreturning\n");
    assertThat(workers.manager.list("RETURNS")).hasSize(1);
  }
}
