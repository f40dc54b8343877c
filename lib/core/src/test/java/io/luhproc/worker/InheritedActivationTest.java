package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.ProcessStat;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Processes that a worker starts inherit its variables, but do not run its task. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class InheritedActivationTest {
  @TempDir static Path root;
  @TempDir static Path work;
  private static WorkerFixture workers;
  private static WorkerInfo main;

  @BeforeAll
  static void startNestedWorkers() {
    workers = new WorkerFixture(root);
    main =
        workers.manager.start(
            "STARTS_OTHERS",
            "main",
            workers.options().directory(work).awaitReady(WorkerFixture.TIMEOUT).build());
  }

  @AfterAll
  static void close() {
    workers.close();
  }

  private static String output(String task, String id) {
    return WorkerFixture.read(workers.info(task, id).logFile());
  }

  @Test
  void nestedWorkerRunsItsOwnTask() {
    assertThat(output("IDLE", "child")).isEqualTo("idle IDLE child\n");
  }

  @Test
  void nestedWorkerOfSameTaskRunsUnderItsOwnId() {
    assertThat(output("STARTS_OTHERS", "another")).isEqualTo("idle STARTS_OTHERS another\n");
    assertThat(output("STARTS_OTHERS", "main")).isEqualTo("idle STARTS_OTHERS main\n");
  }

  @Test
  void nestedWorkersLeadTheirOwnSessions() {
    assertThat(workers.markedProcesses())
        .extracting(ProcessStat::sessionId)
        .containsExactlyInAnyOrder(
            workers.identityOf(main).pid(),
            workers.identityOf(workers.info("IDLE", "child")).pid(),
            workers.identityOf(workers.info("STARTS_OTHERS", "another")).pid());
  }

  @Test
  void mainRunsWhenAppIsStartedByWorker() {
    assertThat(work.resolve("list.txt"))
        .content()
        .startsWith("main [list]\n")
        .contains("listed IDLE child READY")
        .contains("listed STARTS_OTHERS another READY")
        .contains("listed STARTS_OTHERS main RUNNING")
        .doesNotContain("idle");
  }

  @Test
  void mainRunsWhenAppIsDaemonizedByWorker() {
    assertThat(work.resolve("daemon.txt")).content().startsWith("main [list]\nlisted ");
  }

  @Test
  void mainRunsWhenWorkersOwnTaskVariableIsSetAgain() {
    assertThat(work.resolve("same.txt")).content().startsWith("main [list]\nlisted ");
  }

  @Test
  void taskRunsInForegroundWhenAnotherTaskVariableIsSet() {
    assertThat(work.resolve("echo.txt"))
        .content()
        .contains("task ECHO\nid foreground\narguments [list]\ndirectory none\n")
        .doesNotContain("main [");
  }
}
