package io.luhproc.supervisor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.luhproc.health.HealthCheck;
import io.luhproc.process.OutputMode;
import io.luhproc.procfs.ProcessInfoReader;
import io.luhproc.service.Cause;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.RestartPolicy;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Launch settings reach the process, and a failed launch reports its reason. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class LaunchFailureTest {
  @TempDir private Path folder;
  private SupervisorFixture shop;

  @BeforeEach
  void open() {
    shop = new SupervisorFixture(folder);
  }

  @AfterEach
  void close() {
    shop.close();
  }

  private static ProcessSpec.Builder shell(String text) {
    return ProcessSpec.shell("web", text).minReadyTime(ofMillis(1));
  }

  @Test
  void missingCommandFailsImmediately() {
    shop.add(
        ProcessSpec.command("web", "no-such-program")
            .restart(SupervisorFixture.immediateRestart()));
    assertThat(shop.startFailure()).contains("web did not start").contains("no-such-program");
    assertThat(shop.state("web")).isEqualTo(ProcessState.FAILED);
    assertThat(shop.status("web").cause().orElseThrow().kind()).isEqualTo(Cause.Kind.START_FAILED);
    assertThat(shop.supervisor.why("shop")).contains("no-such-program");
  }

  @Test
  void directoryOrNonExecutableCommandFailsImmediately() throws Exception {
    Path text = Files.writeString(folder.resolve("text"), "hello");
    shop.add(
        ProcessSpec.command("web", folder.toString()).restart(SupervisorFixture.immediateRestart()),
        ProcessSpec.command("other", text.toString())
            .restart(SupervisorFixture.immediateRestart()));
    assertThat(SupervisorFixture.startFailure(() -> shop.start("web"))).contains(folder.toString());
    assertThat(SupervisorFixture.startFailure(() -> shop.start("other"))).contains(text.toString());
    assertThat(shop.state("web")).isEqualTo(ProcessState.FAILED);
    assertThat(shop.state("other")).isEqualTo(ProcessState.FAILED);
  }

  @Test
  void replacedProgramIsRetriedAndFound() throws Exception {
    Path program = Files.copy(Path.of("/bin/sleep"), folder.resolve("program"));
    shop.add(
        ProcessSpec.command("web", program.toString(), "600")
            .minReadyTime(ofMillis(1))
            .restart(RestartPolicy.always().delay(ofMillis(20)).maxDelay(ofMillis(50))));
    shop.start();
    // The process counts as running while its setup script still runs.
    Eventually.holds("the program runs", () -> commandName("web").equals("program"));
    Path moved = Files.move(program, folder.resolve("moved"));
    SupervisorFixture.kill(shop.pid("web"), "KILL");
    shop.await("web", ProcessState.BACKOFF);
    Eventually.holds("the launch was retried", () -> shop.status("web").retries() > 2);
    Files.move(moved, program);
    shop.await("web", ProcessState.RUNNING);
  }

  private String commandName(String process) {
    return shop.supervisor.info("shop", process).map(it -> it.stat().name()).orElse("");
  }

  @Test
  void missingWorkingDirectoryIsNamedInFailure() {
    shop.add(shell("sleep 600").directory(Path.of("not-there")));
    assertThat(shop.startFailure()).contains(folder.resolve("not-there").toString());
    assertThat(shop.state("web")).isEqualTo(ProcessState.FAILED);
  }

  @Test
  void unknownUserIsNamedInFailure() {
    shop.add(shell("sleep 600").user("no-such-user"));
    assertThat(shop.startFailure()).contains("no-such-user");
    assertThat(shop.state("web")).isEqualTo(ProcessState.FAILED);
  }

  @Test
  void envFileErrorsAreReportedPerLine() throws Exception {
    Path file = Files.writeString(folder.resolve("env"), "GOOD=1\nbad line\n1X=2\n");
    shop.add(shell("sleep 600").envFile(file).restart(SupervisorFixture.immediateRestart()));
    assertThat(shop.startFailure()).contains(file + ":2").contains(file + ":3");
    assertThat(shop.state("web")).isEqualTo(ProcessState.FAILED);
  }

  @Test
  void missingEnvFileFailsFirstStartAndIsRetriedLater() throws Exception {
    Path file = folder.resolve("env");
    shop.add(shell("sleep 600").envFile(file).restart(SupervisorFixture.immediateRestart()));
    assertThat(shop.startFailure()).contains("the environment file " + file + " does not exist");
    assertThat(shop.state("web")).isEqualTo(ProcessState.FAILED);
    Files.writeString(file, "A=1");
    shop.start();
    Files.delete(file);
    SupervisorFixture.kill(shop.pid("web"), "KILL");
    Eventually.holds("the launch was retried", () -> shop.status("web").retries() > 1);
    Files.writeString(file, "A=2");
    shop.await("web", ProcessState.RUNNING);
  }

  @Test
  void variablesOfProcessOverrideServiceAndEnvFile() throws Exception {
    Path file = Files.writeString(folder.resolve("env"), "A=file\nB=file\n");
    shop.add(shell("echo $A $B $LUHPROC_ID; exec sleep 600").envFile(file).env("B", "own"));
    shop.start();
    shop.awaitOutput("web", "file own web\n");
  }

  @Test
  void failedExecStartPreIsReported() {
    shop.add(
        shell("sleep 600").execStartPre("echo no table; exit 7").restart(RestartPolicy.never()));
    assertThat(shop.startFailure())
        .contains("the command before it (echo no table; exit 7) failed", "7", "its output");
    assertThat(shop.output("web")).isEqualTo("no table\n");
    assertThat(shop.state("web")).isEqualTo(ProcessState.FAILED);
  }

  @Test
  void hangingExecStartPreIsStoppedAtStartTimeout() {
    shop.add(
        shell("sleep 600")
            .execStartPre("sleep 601")
            .startTimeout(ofMillis(300))
            .restart(RestartPolicy.never()));
    assertThat(shop.startFailure())
        .contains("was not up within 300ms", "the command before it (sleep 601)");
    assertThat(shop.state("web")).isEqualTo(ProcessState.FAILED);
    assertThat(shop.tree("web")).isEmpty();
  }

  @Test
  void leftoversOfFailedExecStartPreAreStopped() {
    shop.add(
        shell("sleep 600")
            .execStartPre("setsid sleep 600 & sleep 0.2; exit 1")
            .restart(RestartPolicy.never()));
    assertThat(shop.startFailure()).contains("the command before it");
    assertThat(shop.tree("web")).isEmpty();
  }

  @Test
  void execStartPreCompletesBeforeProcessStarts() throws Exception {
    shop.add(shell("echo main; exec sleep 600").execStartPre("sleep 0.1; echo before"));
    shop.start();
    shop.awaitOutput("web", "before\nmain\n");
  }

  @Test
  void startTimeoutIsReportedWhenProcessNeverGetsHealthy() {
    shop.add(
        shell("exec sleep 600")
            .health(HealthCheck.shell("exit 1").every(ofMillis(50)).startPeriod(ofSeconds(60)))
            .startTimeout(ofMillis(400))
            .restart(RestartPolicy.never()));
    assertThat(shop.startFailure()).contains("was not up within 400ms");
  }

  @Test
  void runsAsAnotherUserWithUmaskAndNice() throws Exception {
    assumeThat(
            ProcessInfoReader.system()
                .read(ProcessHandle.current().pid())
                .orElseThrow()
                .userId()
                .orElse(-1))
        .isZero();
    shop.add(
        shell("id -un; umask; nice; exec sleep 600")
            .user("nobody")
            .umask(0027)
            .nice(5)
            .directory(Path.of("/"))
            .health(HealthCheck.shell("test $(id -un) = nobody").every(ofMillis(50))));
    shop.start();
    shop.awaitOutput("web", "nobody\n0027\n5\n");
  }

  @Test
  void bothStreamsGoIntoOneFileWhenMerged() throws Exception {
    shop.add(shell("echo out; echo err >&2; echo out2; exec sleep 600").output(OutputMode.MERGED));
    shop.start();
    shop.awaitOutput("web", "out\nerr\nout2\n");
    assertThat(shop.status("web").directory().resolve("err.log")).isEmptyFile();
  }

  @Test
  void terminalOutputIsNotWrittenToLogs() throws Exception {
    shop.add(shell("echo to the terminal; exec sleep 600").output(OutputMode.INHERIT));
    shop.start();
    assertThat(shop.output("web")).isEmpty();
  }

  @Test
  void taskExitingImmediatelySucceeds() throws Exception {
    shop.add(ProcessSpec.command("web", "true").oneshot());
    // Some of these are reaped before their identity can be read.
    for (int i = 0; i < 30; i++) {
      assertThat(shop.start().state()).isIn(ProcessState.EXITED, ProcessState.RUNNING);
      shop.await("web", ProcessState.EXITED);
    }
  }

  @Test
  void fileInPlaceOfProcessDirectoryIsReportedAndRetried() throws Exception {
    shop.add(
        shell("exec sleep 600")
            .restart(RestartPolicy.always().delay(ofMillis(50)).maxRetries(1000)));
    Path directory = shop.status("web").directory();
    Files.writeString(directory, "in the way", UTF_8);
    assertThat(shop.startFailure()).contains(directory.toString());
    Files.delete(directory);
    shop.supervisor.await("shop", ProcessState.RUNNING, ofSeconds(20)).get();
    assertThat(shop.status("web").retries()).isPositive();
  }
}
