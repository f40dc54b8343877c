package io.luhproc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.cli.TinyAppExtension.Result;
import io.luhproc.process.ProcessIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("process")
final class WorkerCommandsProcessTest {
  private static final String WAITS = TinyApp.WAITS;

  @RegisterExtension final TinyAppExtension tiny = new TinyAppExtension();

  @Test
  void startPrintsWorkerAndReportsOneThatAlreadyRuns() {
    Result first = tiny.run("start", WAITS, "a", "--wait=30s");
    assertThat(first.err()).isEmpty();
    assertThat(first.code()).isZero();
    List<String> lines = first.out().lines().toList();
    assertThat(lines.get(0)).isEqualTo("task: TINY_WAITS (id: a)");
    assertThat(lines.get(1)).matches("pid: \\d+");
    assertThat(lines.get(2)).startsWith("directory: " + tiny.root() + "/tiny-waits-");
    assertThat(lines.get(3)).startsWith("log file: ").endsWith("/out.log");
    assertThat(lines.get(4)).startsWith("error file: ").endsWith("/err.log");
    assertThat(first.out()).contains("state: ready");
    Result second = tiny.run("start", WAITS, "a");
    assertThat(second.code()).isZero();
    assertThat(second.out()).contains(lines.get(1));
    assertThat(second.err()).isEqualTo("TINY_WAITS a is already running; nothing was changed\n");
  }

  @Test
  void startOptionsReachTheWorker() {
    Result started =
        tiny.run(
            "start --wait=30s --jvm-option=-Dlimit=7 -e GREETING=a=b TINY_WAITS a -- -x --wait y"
                .split(" "));
    assertThat(started.err()).isEmpty();
    assertThat(tiny.run("logs", WAITS, "a").out())
        .isEqualTo("arguments: [-x, --wait, y]\nGREETING: a=b\nlimit: 7\n");
    assertThat(tiny.run("restart", WAITS, "a", "-o", "json").out())
        .contains("\"task\":\"TINY_WAITS\"")
        .contains("\"launched\":true");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/srv/docs and more", "👩‍💻", "שלום", "-x", "--all", "@file", "${sys:user.home}"})
  void idWithSpecialCharactersIsAcceptedByEveryCommand(String id) {
    assertThat(tiny.run("start", "--wait=30s", WAITS, "--", id).err()).isEmpty();
    assertThat(tiny.run("info", WAITS, "--", id).out()).startsWith("task: TINY_WAITS (id: " + id);
    assertThat(tiny.run("list").out()).contains("  " + id + "\n");
    assertThat(tiny.run("logs", WAITS, "--", id).out()).contains("arguments: []");
    assertThat(tiny.run("stop", WAITS, "--", id).code()).isZero();
    assertThat(tiny.run("info", WAITS, "--", id).code()).isEqualTo(3);
  }

  @Test
  void startPrintsLastLogLinesWhenWorkerEndsBeforeReady() {
    Result result = tiny.run("start", TinyApp.FAILS, "a", "--wait=30s");
    assertThat(result.code()).isEqualTo(ExitCode.START_FAILED.code());
    assertThat(result.err()).contains("about to fail, a").contains("nothing works");
    assertThat(result.out()).isEmpty();
  }

  @Test
  void workerKeepsRunningWhenItIsNotReadyInTime() {
    Result result = tiny.run("start", TinyApp.NEVER_READY, "a", "--wait=100ms");
    assertThat(result.code()).isEqualTo(ExitCode.NOT_READY.code());
    assertThat(tiny.info(TinyApp.NEVER_READY, "a").state().isAlive()).isTrue();
  }

  @Test
  void waitWithoutValueIsAcceptedBeforeTheTask() {
    Result result = tiny.run("start", "--wait", WAITS, "a");
    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("state: ready");
  }

  @Test
  void infoExitsWithLsbStatusCodes() {
    assertThat(tiny.run("info", WAITS, "a").code()).isEqualTo(3);
    assertThat(tiny.run("info", WAITS, "a").err())
        .isEqualTo("there is no worker TINY_WAITS with the ID a\n");
    tiny.run("start", WAITS, "a");
    assertThat(tiny.run("info", WAITS, "a").code()).isZero();
    tiny.run("start", TinyApp.FAILS, "a", "--wait=30s");
    Result ended = tiny.run("info", TinyApp.FAILS, "a");
    assertThat(ended.code()).isEqualTo(1);
    assertThat(ended.out()).contains("state: ended").contains("nothing works");
    assertThat(ended.err()).isEmpty();
  }

  @Test
  void listPrintsRunningAndEndedWorkers() {
    tiny.run("start", WAITS, "a", "--wait=30s");
    tiny.run("start", TinyApp.FAILS, "b", "--wait=30s");
    assertThat(tiny.run("list").out())
        .containsPattern("(?m)^TINY_WAITS +ready +\\d+ .* a$")
        .containsPattern("(?m)^TINY_FAILS +ended \\(1\\) +- .* b$");
    assertThat(tiny.run("ps", WAITS).out()).contains(" a\n").doesNotContain(" b\n");
    assertThat(tiny.run("list", "-o", "json").out())
        .startsWith("[{\"task\":\"TINY_")
        .contains("\"exitCode\":1")
        .hasLineCount(1);
    assertThat(tiny.run("list", "--all").out())
        .containsPattern("(?m)^TINY_WAITS .* a$")
        .containsPattern("(?m)^TINY_FAILS .* b$")
        .hasLineCount(3);
  }

  @Test
  void stopPrintsOutcomeAndSucceedsWhenWorkerDoesNotRun() {
    tiny.run("start", WAITS, "a", "--wait=30s");
    Result stopped = tiny.run("stop", WAITS, "a", "--timeout=20s");
    assertThat(stopped.out()).startsWith("TINY_WAITS a: stopped in ");
    assertThat(stopped.code()).isZero();
    Result again = tiny.run("stop", WAITS, "a");
    assertThat(again.err()).isEqualTo("TINY_WAITS a: not running\n");
    assertThat(again.out()).isEmpty();
    assertThat(again.code()).isZero();
    assertThat(tiny.run("stop", WAITS, "a", "-o", "json").out()).contains("\"not_running\"");
  }

  @Test
  void stopAllStopsOnlyWorkersOfTheTask() {
    tiny.run("start", WAITS, "a");
    tiny.run("start", WAITS, "b");
    tiny.run("start", TinyApp.NEVER_READY, "c");
    assertThat(tiny.run("stop", "--all", WAITS).out()).contains(" a: ").contains(" b: ");
    assertThat(tiny.run("list").out()).contains(" c\n").doesNotContain(" a\n", " b\n");
    assertThat(tiny.run("stop", "--all", WAITS).err()).isEqualTo("no worker to stop\n");
  }

  @Test
  void logsCanBeReadAfterStopWithKeepLogs() {
    tiny.run("start", WAITS, "a", "--wait=30s");
    tiny.run("stop", WAITS, "a", "--keep-logs");
    assertThat(tiny.run("logs", WAITS, "a", "-n", "1").out()).isEqualTo("bye\n");
    assertThat(tiny.run("info", WAITS, "a").code()).isEqualTo(1);
  }

  @Test
  void startIsRefusedWhenDirectoryIsASymbolicLink() throws IOException {
    tiny.run("start", WAITS, "a");
    Path directory = tiny.info(WAITS, "a").directory();
    tiny.run("stop", WAITS, "a");
    Path elsewhere = Files.createTempDirectory("elsewhere");
    Files.createSymbolicLink(directory, elsewhere);
    Result result = tiny.run("start", WAITS, "a");
    Files.delete(directory);
    Files.delete(elsewhere);
    assertThat(result.code()).isEqualTo(ExitCode.DIRECTORY_REFUSED.code());
    assertThat(result.err()).contains(directory.toString()).doesNotContain("\tat ");
  }

  @Test
  void exitCodeIsOutputLostWhenDiskIsFull() throws InterruptedException {
    tiny.run("start", WAITS, "a", "--wait=30s");
    for (String command : List.of("list", "info TINY_WAITS a -o json", "logs TINY_WAITS a")) {
      Result result = tiny.runShell("tiny " + command + " >/dev/full");
      assertThat(result.err())
          .isEqualTo("cannot write all output to /dev/full: it is full or broken\n");
      assertThat(result.code()).isEqualTo(ExitCode.OUTPUT_LOST.code());
    }
  }

  @Test
  void closedPipeIsNoFailure() throws InterruptedException {
    tiny.run("start", WAITS, "a");
    Result result = tiny.runShell("exec 3> >(:); wait $!; tiny list >&3");
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
  }

  @Test
  void runExecutesTaskInTheForeground() throws InterruptedException {
    Result failed = tiny.runShell("tiny run TINY_FAILS");
    assertThat(failed.out()).isEqualTo("about to fail, foreground\n");
    assertThat(failed.err()).contains("IllegalStateException: nothing works").contains("\tat ");
    assertThat(failed.code()).isEqualTo(1);
    assertThat(tiny.run("list").out()).hasLineCount(1);
  }

  @Test
  void runExitsWithZeroAfterInterrupt() throws Exception {
    Process shell = tiny.shell("tiny run TINY_WAITS x -- 1 2").start();
    try (var lines = shell.inputReader()) {
      assertThat(lines.readLine()).isEqualTo("arguments: [1, 2]");
      ProcessHandle java = shell.children().findFirst().orElseThrow();
      new ProcessBuilder("kill", interruptOption(), Long.toString(java.pid())).start().waitFor();
      assertThat(lines.lines().toList()).endsWith("bye");
    }
    assertThat(shell.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(shell.exitValue()).isZero();
  }

  // A shell starts background jobs with SIGINT ignored, and a JVM keeps that, see signal(7). If the
  // build is such a job, the test sends TERM, which is handled in the same way.
  private static String interruptOption() throws IOException {
    String ignored =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .findFirst()
            .orElse("SigIgn:\t0");
    boolean ignoresInt = (Long.parseLong(ignored.substring(8).strip(), 16) & 2) != 0;
    return ignoresInt ? "-TERM" : "-INT";
  }

  @Test
  void restartReplacesTheProcess() {
    tiny.run("start", WAITS, "a", "--wait=30s", "--", "x");
    ProcessIdentity before = tiny.info(WAITS, "a").identity().orElseThrow();
    assertThat(tiny.run("restart", WAITS, "a").code()).isZero();
    assertThat(tiny.info(WAITS, "a").identity().orElseThrow()).isNotEqualTo(before);
  }

  @Test
  void restartAppliesStopOptionsAndWait() {
    tiny.run("start", WAITS, "a", "--wait=30s", "--", "x");
    Result killed = tiny.run("restart", "--wait", WAITS, "a", "--signal=KILL", "--timeout=20s");
    assertThat(killed.err()).isEmpty();
    assertThat(killed.out()).contains("state: ready");
    String log = tiny.run("logs", WAITS, "a").out();
    assertThat(log).doesNotContain("bye").containsPattern("(?s)arguments: \\[x].*arguments: \\[x]");

    tiny.run("start", TinyApp.NEVER_READY, "b");
    Result late = tiny.run("restart", TinyApp.NEVER_READY, "b", "--wait=100ms");
    assertThat(late.code()).isEqualTo(ExitCode.NOT_READY.code());
  }
}
