package io.luhproc.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.process.Signal;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
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
  void restartRestoresVariablesThatWorkerInheritedFromItsStarter() throws Exception {
    WorkerInfo first;
    try (TaskAppProcess starter =
        TaskAppProcess.builder(workers.root)
            .env("FOLDER", "/srv/inherited")
            .start("start", "ECHO", "main")) {
      starter.awaitOutput("started true");
      first = workers.info("ECHO", "main");
      workers.awaitOutput(first, "folder /srv/inherited\n");
    }
    WorkerInfo second = workers.manager.restart("ECHO", "main");
    workers.awaitOutput(second, "option null\ntask ECHO");
    Eventually.holds(
        () -> "the variable is restored; " + workers.dump("ECHO", "main"),
        () ->
            WorkerFixture.read(second.logFile()).split("folder /srv/inherited\n", -1).length == 3);
    assertThat(second.identity()).isNotEqualTo(first.identity());
    assertThat(WorkerFixture.read(second.directory().resolve("process.properties")))
        .contains("=FOLDER\n")
        .doesNotContain("/srv/inherited");
  }

  @Test
  void variablesThatCannotBeRestoredAreNamed() throws Exception {
    try (TaskAppProcess starter =
        TaskAppProcess.builder(workers.root)
            .env("FOLDER", "/srv/inherited")
            .start("start", "RETURNS", "main")) {
      starter.awaitOutput("started true");
      workers.awaitEnd("RETURNS", "main");
    }
    try (TaskAppProcess other =
        TaskAppProcess.builder(workers.root).start("restart", "RETURNS", "main")) {
      assertThat(other.exitCode()).isZero();
      assertThat(other.err())
          .contains("RETURNS (id: main) has ended", "it lacks [FOLDER], whose values")
          .doesNotContain("/srv/inherited");
    }
    workers.awaitEnd("RETURNS", "main");
  }

  @Test
  void workerKeepsRunningWhenItsWorkingDirectoryWasDeleted() throws Exception {
    WorkerInfo worker = startEcho();
    Files.delete(work);
    assertRestartIsRefused(
        worker,
        workers.manager,
        "the working directory " + work + " does not exist; it was not stopped");
    Files.createDirectory(work);
  }

  @Test
  void workerKeepsRunningWhenItsDirectoryIsNotWritable() throws Exception {
    WorkerInfo worker = startEcho();
    Path blocked = Files.createDirectories(worker.directory().resolve(".probe.new/blocked"));
    assertRestartIsRefused(worker, workers.manager, "check that its disk is not full");
    Files.delete(blocked);
    assertThat(workers.manager.restart("ECHO", "main").launched()).isTrue();
  }

  @Test
  void workerKeepsRunningWhenItsProgramWasDeleted() throws Exception {
    Path program = Files.writeString(work.resolve("program"), "#!/bin/sh\nexec sleep 600\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    ProcessManager manager =
        ProcessManager.builder()
            .root(workers.root)
            .task("ECHO", context -> {})
            .command(List.of(program.toString()))
            .build();
    WorkerInfo worker = manager.start("ECHO", "main");
    long pid = worker.pid().orElseThrow();
    Eventually.holds(
        "the program has been executed",
        () -> Files.readString(Path.of("/proc/" + pid + "/cmdline")).startsWith("sleep"));
    Files.delete(program);
    assertRestartIsRefused(worker, manager, program + " does not exist");
  }

  private void assertRestartIsRefused(WorkerInfo worker, ProcessManager manager, String cause) {
    assertThatThrownBy(() -> manager.restart(worker.task(), worker.id()))
        .isInstanceOf(StartFailedException.class)
        .hasMessageStartingWith("cannot restart " + worker.task() + " (id: main): ")
        .hasMessageContaining(cause);
    assertThat(workers.isAlive(workers.identityOf(worker))).isTrue();
  }

  @Test
  void restartIsRefusedWhenRecordIsDamaged() throws Exception {
    WorkerInfo worker = startEcho();
    Path record = worker.directory().resolve("process.properties");
    Eventually.holds(
        "the worker has written its record", () -> Files.readString(record).contains("running="));
    Files.writeString(record, "format=1\n");
    assertThatThrownBy(() -> workers.manager.restart("ECHO", "main"))
        .isInstanceOf(StartFailedException.class)
        .hasMessageContaining("process.properties in " + worker.directory() + " is missing or")
        .hasMessageEndingWith("stop it and start it with its options");
    assertThat(workers.isAlive(workers.identityOf(worker))).isTrue();
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
