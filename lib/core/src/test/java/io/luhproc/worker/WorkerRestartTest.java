package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.process.Signal;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** {@code restart} with the previous options, and with new ones. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class WorkerRestartTest {
  @TempDir Path work;
  @RegisterExtension final WorkerFixture workers = new WorkerFixture();

  private String awaitRuns(WorkerInfo worker, int runs) {
    workers.awaitOutput(worker, "option a\n");
    Eventually.holds(
        () -> runs + " runs; " + workers.dump(worker.task(), worker.id()),
        () -> WorkerFixture.read(worker.errorFile()).equals("on stderr\n".repeat(runs)));
    return WorkerFixture.read(worker.logFile());
  }

  private WorkerInfo startEcho() {
    return workers.manager.start(
        "ECHO",
        "main",
        workers
            .options()
            .env("FOLDER", "/srv/docs")
            .jvmOption("-Dechoed=a")
            .argument("x")
            .directory(work)
            .awaitReady(WorkerFixture.TIMEOUT)
            .build());
  }

  @Test
  void restartReusesStartOptionsWhenWorkerRuns() {
    WorkerInfo first = startEcho();
    WorkerInfo second = workers.manager.restart("ECHO", "main");
    String output = awaitRuns(second, 2);
    assertThat(workers.isAlive(workers.identityOf(first))).isFalse();
    assertThat(second.identity()).isNotEqualTo(first.identity());
    assertThat(second.launched()).isTrue();
    String oneRun = output.substring(0, output.length() / 2);
    assertThat(output).as("output of two equal runs").isEqualTo(oneRun + oneRun);
    assertThat(oneRun)
        .contains("folder /srv/docs\n", "option a\n", "arguments [x]\n")
        .contains("cwd " + work.toAbsolutePath() + "\n");
    assertThat(workers.info("ECHO", "main").end()).isEmpty();
  }

  @Test
  void restartFailsWhenEndedWorkerHadEnvironmentVariables() {
    WorkerInfo worker = startEcho();
    WorkerFixture.signal(workers.identityOf(worker), Signal.KILL);
    workers.awaitEnd("ECHO", "main");
    assertThatThrownBy(() -> workers.manager.restart("ECHO", "main"))
        .isInstanceOf(StartFailedException.class)
        .hasMessageContaining("cannot restart ECHO (id: main) with the same options")
        .hasMessageContaining("the value of its variable");
    assertThat(workers.info("ECHO", "main").state()).isEqualTo(WorkerState.ENDED);
  }

  @Test
  void restartSucceedsWhenEndedWorkerHadNoEnvironmentVariables() {
    StartOptions plain = StartOptions.builder().jvmOption("-Dechoed=a").argument("x").build();
    workers.manager.start("RETURNS", "main", plain);
    workers.awaitEnd("RETURNS", "main");
    assertThat(workers.manager.restart("RETURNS", "main").launched()).isTrue();
    WorkerInfo ended = workers.awaitEnd("RETURNS", "main");
    assertThat(WorkerFixture.read(ended.logFile())).isEqualTo("returning\nreturning\n");
  }

  @Test
  void givenStartOptionsReplacePreviousOnes() {
    startEcho();
    StartOptions other = workers.options().argument("y").awaitReady(WorkerFixture.TIMEOUT).build();
    WorkerInfo second = workers.manager.restart("ECHO", "main", other, StopOptions.defaults());
    assertThat(WorkerFixture.read(second.logFile()))
        .contains("arguments [x]\n", "folder /srv/docs\n", "option a\n")
        .contains("arguments [y]\n", "folder null\n", "option null\n");
  }

  @Test
  void previousStartOptionsCanBeExtended() {
    startEcho();
    StartOptions extended =
        workers.manager.startOptions("ECHO", "main").toBuilder()
            .argument("y")
            .awaitReady(WorkerFixture.TIMEOUT)
            .build();
    WorkerInfo second = workers.manager.restart("ECHO", "main", extended, StopOptions.defaults());
    assertThat(WorkerFixture.read(second.logFile()))
        .contains("arguments [x]\n", "arguments [x, y]\n")
        .doesNotContain("folder null");
  }

  @Test
  void restartFailsWhenWorkerWasNeverStarted() {
    assertThatThrownBy(() -> workers.manager.restart("IDLE", "typo"))
        .isInstanceOf(NoSuchWorkerException.class)
        .hasMessageContaining("cannot find IDLE (id: typo): it has no directory");
    assertThat(workers.manager.listAll()).isEmpty();
  }
}
