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

/** {@code restart}: the same worker as before, or one with other options; its logs stay. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class RestartTest {
  @TempDir Path work;
  @RegisterExtension final RealWorkers workers = new RealWorkers();

  private String awaitRounds(WorkerInfo worker, int rounds) {
    workers.awaitOutput(worker, "option a\n");
    Eventually.holds(
        () -> rounds + " rounds; " + workers.describe(worker.task(), worker.id()),
        () -> RealWorkers.read(worker.errorFile()).equals("on stderr\n".repeat(rounds)));
    return RealWorkers.read(worker.logFile());
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
            .awaitReady(RealWorkers.PATIENCE)
            .build());
  }

  @Test
  void aLivingWorkerStartsAgainWithAllThatItWasGiven() {
    WorkerInfo first = startEcho();
    WorkerInfo second = workers.manager.restart("ECHO", "main");
    String output = awaitRounds(second, 2);
    assertThat(workers.lives(workers.identity(first))).isFalse();
    assertThat(second.identity()).isNotEqualTo(first.identity());
    assertThat(second.launched()).isTrue();
    String round = output.substring(0, output.length() / 2);
    assertThat(output).as("both rounds are in the log, and alike").isEqualTo(round + round);
    assertThat(round)
        .contains("folder /srv/docs\n", "option a\n", "arguments [x]\n")
        .contains("cwd " + work.toAbsolutePath() + "\n");
    assertThat(workers.info("ECHO", "main").end()).isEmpty();
  }

  @Test
  void aWorkerThatDiedAndWasGivenVariablesIsNotStartedWithoutThem() {
    WorkerInfo worker = startEcho();
    RealWorkers.signal(workers.identity(worker), Signal.KILL);
    workers.awaitEnd("ECHO", "main");
    assertThatThrownBy(() -> workers.manager.restart("ECHO", "main"))
        .isInstanceOf(StartFailedException.class)
        .hasMessageContaining("cannot restart ECHO (id: main) as it was")
        .hasMessageContaining("whose value is in no file");
    assertThat(workers.info("ECHO", "main").state()).isEqualTo(WorkerState.ENDED);
  }

  @Test
  void aWorkerThatDiedWithoutVariablesStartsAgain() {
    StartOptions plain = StartOptions.builder().jvmOption("-Dechoed=a").argument("x").build();
    workers.manager.start("RETURNS", "main", plain);
    workers.awaitEnd("RETURNS", "main");
    assertThat(workers.manager.restart("RETURNS", "main").launched()).isTrue();
    WorkerInfo ended = workers.awaitEnd("RETURNS", "main");
    assertThat(RealWorkers.read(ended.logFile())).isEqualTo("returning\nreturning\n");
  }

  @Test
  void otherOptionsReplaceTheFormerOnes() {
    startEcho();
    StartOptions other = workers.options().argument("y").awaitReady(RealWorkers.PATIENCE).build();
    StopOptions usual = StopOptions.defaults();
    WorkerInfo second = workers.manager.restart("ECHO", "main", other, usual);
    assertThat(RealWorkers.read(second.logFile()))
        .contains("arguments [x]\n", "folder /srv/docs\n", "option a\n")
        .contains("arguments [y]\n", "folder null\n", "option null\n");
  }

  @Test
  void formerOptionsCanBeChanged() {
    startEcho();
    StartOptions more =
        workers.manager.startOptions("ECHO", "main").toBuilder()
            .argument("y")
            .awaitReady(RealWorkers.PATIENCE)
            .build();
    WorkerInfo second = workers.manager.restart("ECHO", "main", more, StopOptions.defaults());
    assertThat(RealWorkers.read(second.logFile()))
        .contains("arguments [x]\n", "arguments [x, y]\n")
        .doesNotContain("folder null");
  }

  @Test
  void whoWasNeverStartedIsNotStarted() {
    assertThatThrownBy(() -> workers.manager.restart("IDLE", "typo"))
        .isInstanceOf(NoSuchWorkerException.class)
        .hasMessageContaining("IDLE (id: typo) has no directory");
    assertThat(workers.manager.listAll()).isEmpty();
  }
}
