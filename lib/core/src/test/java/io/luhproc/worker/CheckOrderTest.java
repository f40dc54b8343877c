package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.worker.app.CheckOrderApp;
import io.luhproc.worker.app.CheckOrderApp.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Workers of apps that start workers before {@code check()}, or do not register the task. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class CheckOrderTest {
  private static final String JOB = CheckOrderApp.JOB;

  @RegisterExtension final WorkerFixture workers = new WorkerFixture();

  private ProcessManager manager() {
    return ProcessManager.builder()
        .root(workers.root)
        .mainClass(CheckOrderApp.class.getName())
        .task(JOB, context -> {})
        .task(CheckOrderApp.OTHER, context -> {})
        .build();
  }

  private WorkerInfo start(Order order) {
    StartOptions options =
        workers
            .options()
            .env(CheckOrderApp.ORDER, order.name())
            .awaitReady(WorkerFixture.TIMEOUT)
            .build();
    return manager().start(JOB, "main", options);
  }

  private void assertFails(Order order, String cause) {
    assertThatThrownBy(() -> start(order))
        .isInstanceOf(StartFailedException.class)
        .hasMessageContaining("ended before it was ready")
        .hasMessageContaining(cause);
    WorkerInfo ended = manager().info(JOB, "main").orElseThrow();
    Eventually.holds(
        "the exit code is recorded",
        () -> manager().info(JOB, "main").orElseThrow().exitCode().isPresent());
    assertThat(manager().info(JOB, "main").orElseThrow().exitCode().getAsInt()).isPositive();
    assertThat(manager().listAll()).as("launched workers").containsExactly(ended);
    assertThat(WorkerFixture.read(ended.logFile())).doesNotContain("main continues");
  }

  @Test
  void workerFailsOnceWhenStartIsCalledBeforeCheck() {
    assertFails(Order.START_WITHOUT_CHECK, "start(..) was called in the worker before check()");
    WorkerInfo ended = manager().info(JOB, "main").orElseThrow();
    assertThat(ended.exitCode()).hasValue(1);
    assertThat(ended.toString())
        .contains("end: cannot run ORDER_JOB (id: main): start(..) was called in the worker");
    assertThat(WorkerFixture.read(ended.errorFile()))
        .containsOnlyOnce("cannot run ORDER_JOB (id: main)");
  }

  @ParameterizedTest
  @EnumSource(names = {"TASK_NOT_REGISTERED", "NO_TASK_REGISTERED"})
  void workerFailsWhenItsTaskIsNotRegistered(Order order) {
    assertFails(order, "its task is not registered when check() is called in the worker");
  }

  @Test
  void startNamesCheckWhenWorkerEndsWithoutIt() {
    assertFails(Order.NO_CHECK, "it may not have reached ProcessManager.check()");
  }

  @ParameterizedTest
  @EnumSource(names = {"SECOND_MANAGER_RUNS_TASK", "LIBRARY_STARTS_FIRST"})
  void taskRunsWhenAnotherManagerIsUsedFirst(Order order) {
    WorkerInfo worker = start(order);
    assertThat(worker.state()).isEqualTo(WorkerState.READY);
    assertThat(WorkerFixture.read(worker.logFile())).isEqualTo("working on ORDER_JOB\n");
    boolean startsLibrary = order == Order.LIBRARY_STARTS_FIRST;
    assertThat(manager().listAll()).hasSize(startsLibrary ? 2 : 1);
  }
}
