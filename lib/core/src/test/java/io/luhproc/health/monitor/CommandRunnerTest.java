package io.luhproc.health.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.luhproc.health.CheckContext;
import io.luhproc.health.HealthCheck;
import io.luhproc.health.HealthResult;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.testing.Eventually;
import io.luhproc.testing.LeakCheck;
import io.luhproc.testing.NamedPipes;
import io.luhproc.time.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Command checks with real processes, including those that ignore signals or fork. */
@Tag("process")
@ExtendWith(LeakCheck.class)
class CommandRunnerTest {
  @TempDir Path directory;

  private HealthResult check(HealthCheck check) throws Exception {
    return check.check(CheckContexts.contextIn(directory));
  }

  private HealthResult shell(String text) throws Exception {
    return check(HealthCheck.shell(text));
  }

  /** Returns the live processes with the marker of the check's tree. */
  private List<ProcessStat> checkProcesses() {
    ProcessTable table = ProcessTable.system();
    String marker = directory.resolve("health").toString();
    return table.all().stream()
        .filter(process -> !process.isDead())
        .filter(
            process ->
                table
                    .environmentVariable(process.pid(), "LUHPROC_DIR")
                    .filter(marker::equals)
                    .isPresent())
        .toList();
  }

  @AfterEach
  void killRemainingProcesses() {
    for (ProcessStat process : checkProcesses()) {
      ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void exitCodeZeroIsHealthyWithLastLineAsDetail() throws Exception {
    assertThat(shell("echo one; echo two; echo")).isEqualTo(HealthResult.healthy("two"));
    assertThat(check(HealthCheck.exec("true"))).isEqualTo(HealthResult.healthy());
  }

  @Test
  void nonZeroExitCodeIsUnhealthy() throws Exception {
    assertThat(shell("exit 2")).isEqualTo(HealthResult.unhealthy("exit code 2"));
    assertThat(shell("echo one; echo no disk >&2; exit 3"))
        .isEqualTo(HealthResult.unhealthy("exit code 3: no disk"));
  }

  @Test
  void deathBySignalIsReportedAs128PlusSignal() throws Exception {
    assertThat(shell("kill -9 $$")).isEqualTo(HealthResult.unhealthy("exit code 137"));
  }

  @Test
  void lastLineIsTruncatedTo200Characters() throws Exception {
    String detail = shell("printf '%0300d' 7; exit 1").detail();
    assertThat(detail).isEqualTo("exit code 1: " + "0".repeat(199) + "…");
  }

  @Test
  void outputOfPreviousCheckIsNotReported() throws Exception {
    shell("echo old");
    assertThat(shell("exit 1")).isEqualTo(HealthResult.unhealthy("exit code 1"));
  }

  @Test
  void commandRunsInProcessEnvironmentWithOwnMarker() throws Exception {
    Path checkDirectory = directory.resolve("health");
    assertThat(shell("echo $GREETING $PWD $LUHPROC_DIR $LUHPROC_ID.").detail())
        .isEqualTo("hello " + directory + " " + checkDirectory + " .");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(checkDirectory)))
        .isEqualTo("rwx------");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(checkDirectory.resolve("out.log"))))
        .isEqualTo("rw-------");
  }

  @Test
  void commandRunsAsUserOfProcess() throws Exception {
    assumeThat(System.getProperty("user.name")).isEqualTo("root");
    HealthCheck printsIds = HealthCheck.shell("echo $(id -u) $(id -g)");
    assertThat(printsIds.check(contextAs("65534", Optional.empty())).detail()).startsWith("65534 ");
    assertThat(printsIds.check(contextAs("65534", Optional.of("0"))).detail()).isEqualTo("65534 0");
    assertThat(printsIds.check(contextAs("no-such-user", Optional.empty())))
        .matches(result -> !result.isHealthy() && result.detail().contains("no-such-user"));
  }

  private CheckContext contextAs(String user, Optional<String> group) {
    MonitoredProcess self = CheckContexts.process(directory, Path.of("/"), Map.of());
    return CheckContexts.contextOf(
        new MonitoredProcess(
            self.identity(), directory, Path.of("/"), Map.of(), Optional.of(user), group));
  }

  @Test
  void commandReadsDevNullAsStdin() throws Exception {
    assertThat(shell("readlink /proc/self/fd/0").detail()).isEqualTo("/dev/null");
  }

  @Test
  void missingCommandIsReported() throws Exception {
    assertThat(check(HealthCheck.exec("no-such-command-here")).detail())
        .startsWith("cannot run no-such-command-here: ")
        .contains("PATH");
    assertThat(check(HealthCheck.exec("/no/such/file")).detail()).contains("does not exist");
    assertThat(check(HealthCheck.exec(directory.toString())).detail()).contains("is a directory");
  }

  @Test
  void checkFailsWhenWorkingDirectoryIsMissing() throws Exception {
    CheckContext gone =
        CheckContexts.contextOf(
            CheckContexts.process(directory, directory.resolve("gone"), Map.of("PATH", "/bin")));
    assertThat(HealthCheck.shell("true").check(gone).detail()).contains("gone does not exist");
  }

  @Test
  void outputIsTruncatedWhenTenMegabytesAreWritten() throws Exception {
    // The pause lets the size check see the large file.
    String script = "head -c 10000000 /dev/zero | tr '\\0' x; sleep 0.3; echo; echo end";
    assertThat(shell(script)).isEqualTo(HealthResult.healthy("end"));
    assertThat(Files.size(directory.resolve("health/out.log"))).isLessThan(1 << 20);
  }

  @Test
  void commandWithEndlessOutputIsKilledAndItsOutputTruncated() throws Exception {
    HealthResult result = check(HealthCheck.exec("yes"));
    assertThat(result).isEqualTo(HealthResult.unhealthy("killed: wrote more than 64MiB of output"));
    assertThat(checkProcesses()).isEmpty();
    assertThat(Files.size(directory.resolve("health/out.log"))).isLessThan(1 << 20);
  }

  @Test
  void symbolicLinkAsOutputFileIsNotFollowed() throws Exception {
    Path precious = Files.writeString(directory.resolve("precious"), "keep");
    Files.createDirectory(directory.resolve("health"));
    Files.createSymbolicLink(directory.resolve("health/out.log"), precious);
    assertThat(shell("echo lost")).isEqualTo(HealthResult.healthy());
    assertThat(precious).hasContent("keep");
  }

  @Test
  @Timeout(20)
  void checkDoesNotBlockWhenOutputFileIsPipe() throws Exception {
    Files.createDirectory(directory.resolve("health"));
    NamedPipes.create(directory.resolve("health/out.log"));
    assertThat(shell("echo lost")).isEqualTo(HealthResult.healthy());
  }

  @Test
  void checkRunsWhenOutputDirectoryIsMissing() throws Exception {
    CheckContext gone =
        CheckContexts.contextOf(
            CheckContexts.process(
                directory.resolve("gone"), directory, CheckContexts.environment()));
    assertThat(HealthCheck.shell("echo lost; exit 4").check(gone))
        .isEqualTo(HealthResult.unhealthy("exit code 4"));
  }

  @Test
  void checkReturnsWhileBackgroundProcessKeepsOutputOpen() throws Exception {
    assertThat(shell("sleep 300 & echo up")).isEqualTo(HealthResult.healthy("up"));
    assertThat(checkProcesses()).hasSize(1);
  }

  @Test
  void interruptedCommandIsKilledWithItsDescendants() throws Exception {
    HealthCheck hangs =
        HealthCheck.shell(
            "trap '' TERM INT HUP; sleep 300 & (setsid sh -c 'echo deep; exec sleep 300' &);"
                + " sh -c 'sleep 300 & sleep 300'; sleep 300");
    interruptOnceRunning(hangs, 5);
    assertThat(checkProcesses()).isEmpty();
  }

  @Test
  void processesLeftByEarlierCheckAreKilledToo() throws Exception {
    shell("setsid sleep 300 & exit 0");
    assertThat(checkProcesses()).hasSize(1);
    interruptOnceRunning(HealthCheck.exec("sleep", "300"), 2);
    assertThat(checkProcesses()).isEmpty();
  }

  private void interruptOnceRunning(HealthCheck check, int processCount) throws Exception {
    AtomicReference<Object> result = new AtomicReference<>();
    Thread thread =
        Threads.daemon(
            "check",
            () -> {
              try {
                result.set(check.check(CheckContexts.contextIn(directory)));
              } catch (Exception e) {
                result.set(e);
              }
            });
    thread.start();
    Eventually.holds("its processes run", () -> checkProcesses().size() >= processCount);
    thread.interrupt();
    thread.join();
    assertThat(result.get()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void checkedProcessSurvivesKillOfCheck() throws IOException, Exception {
    Process worker;
    ProcessBuilder builder = new ProcessBuilder("setsid", "sleep", "300");
    builder.environment().put("LUHPROC_DIR", directory.toString());
    worker = builder.start();
    try {
      interruptOnceRunning(HealthCheck.exec("sleep", "300"), 1);
      assertThat(worker.isAlive()).isTrue();
    } finally {
      worker.destroyForcibly().waitFor();
    }
  }
}
