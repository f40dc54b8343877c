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
  void startPrintsOneLineAndReportsOneThatAlreadyRuns() {
    Result first = tiny.run("start", WAITS, "a", "--wait=30s");
    assertThat(first.err()).isEmpty();
    assertThat(first.code()).isZero();
    assertThat(first.out()).matches("TINY_WAITS/a: started and ready, pid \\d+\n");
    String pid = first.out().replaceAll("\\D+", "");
    Result second = tiny.run("start", WAITS, "a");
    assertThat(second.code()).isZero();
    assertThat(second.out()).isEqualTo("TINY_WAITS/a: already running, pid " + pid + "\n");
    assertThat(second.err()).isEmpty();
    assertThat(tiny.run("start", WAITS, "b").out()).matches("TINY_WAITS/b: started, pid \\d+\n");
  }

  @Test
  void startPrintsTheLinesOfInfoWhenOutputIsTable() {
    Result result = tiny.run("start", WAITS, "a", "--wait=30", "-o", "table");
    List<String> lines = result.out().lines().toList();
    assertThat(lines.get(0)).isEqualTo("task: TINY_WAITS (id: a)");
    assertThat(lines.get(1)).matches("pid: \\d+");
    assertThat(lines.get(2)).startsWith("directory: " + tiny.root() + "/tiny-waits-");
    assertThat(lines.get(3)).startsWith("log file: ").endsWith("/out.log");
    assertThat(lines.get(4)).startsWith("error file: ").endsWith("/err.log");
    assertThat(result.out()).contains("state: ready");
  }

  @Test
  void severalWorkersAndTaskSlashIdAreAcceptedByEveryCommand() {
    assertThat(tiny.run("start", "--wait=30", "TINY_WAITS/a/b", "--", "x").code()).isZero();
    assertThat(tiny.run("start", "--wait=30", WAITS, "c", "TINY_WAITS/d", "--", "y").out())
        .contains("TINY_WAITS/c: started", "TINY_WAITS/d: started");
    assertThat(tiny.run("logs", "TINY_WAITS/a/b", "TINY_WAITS/c").out())
        .contains("TINY_WAITS/a/b | arguments: [x]\n", "TINY_WAITS/c | arguments: [y]\n");
    assertThat(tiny.run("info", WAITS, "a/b", "c").out())
        .contains("task: TINY_WAITS (id: a/b)", "\n\ntask: TINY_WAITS (id: c)");
    assertThat(tiny.run("info", "TINY_WAITS/a/b", "TINY_WAITS/c").out())
        .contains("\n\ntask: TINY_WAITS (id: c)");
    assertThat(tiny.run("list", "-q").out())
        .isEqualTo("TINY_WAITS/a/b\nTINY_WAITS/c\nTINY_WAITS/d\n");
    assertThat(tiny.run("restart", "TINY_WAITS/c").out()).startsWith("TINY_WAITS/c: restarted");
    Result stopped = tiny.run("stop", WAITS, "c", "typo", "TINY_WAITS/d", "a/b");
    assertThat(stopped.code()).isEqualTo(ExitCode.NOT_RUNNING.code());
    assertThat(stopped.out())
        .containsPattern(
            "(?s)TINY_WAITS/c: stopped.*TINY_WAITS/d: stopped.*TINY_WAITS/a/b: stopped");
    assertThat(stopped.err()).startsWith("tiny: cannot find TINY_WAITS/typo: ");
    assertThat(tiny.run("rm", WAITS, "c", "d").out())
        .isEqualTo("TINY_WAITS/c: removed\nTINY_WAITS/d: removed\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"info", "logs", "restart", "stop", "rm", "kill", "wait"})
  void missingWorkerHasOneWordingAndNamesTheNearestId(String command) {
    Result nothing = tiny.run(command, WAITS, "mian");
    assertThat(nothing.err())
        .isEqualTo(
            "tiny: cannot find TINY_WAITS/mian: it was never started or was removed;"
                + " TINY_WAITS has no workers\n");
    assertThat(nothing.code()).isEqualTo(ExitCode.NOT_RUNNING.code());
    tiny.run("start", WAITS, "main", "/srv/other");
    Result typo = tiny.run(command, WAITS, "mian");
    assertThat(typo.err())
        .isEqualTo(
            "tiny: cannot find TINY_WAITS/mian: it was never started or was removed;"
                + " did you mean TINY_WAITS/main?\n");
    assertThat(typo.code()).isEqualTo(ExitCode.NOT_RUNNING.code());
    assertThat(typo.out()).isEmpty();
    assertThat(tiny.run(command, WAITS, "other").err()).contains("mean TINY_WAITS//srv/other?");
    assertThat(tiny.run(command, WAITS, "something else").err())
        .contains("; there is TINY_WAITS//srv/other, TINY_WAITS/main\n");
    assertThat(tiny.info(WAITS, "main").state().isAlive()).isTrue();
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
    assertThat(tiny.run("stop", "--rm", WAITS, "--", id).code()).isZero();
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
    assertThat(result.out()).contains("started and ready");
  }

  @Test
  void infoExitsWithLsbStatusCodes() {
    assertThat(tiny.run("info", WAITS, "a").code()).isEqualTo(3);
    assertThat(tiny.run("info", WAITS, "a").err()).startsWith("tiny: cannot find TINY_WAITS/a: ");
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
    assertThat(stopped.out()).startsWith("TINY_WAITS/a: stopped in ");
    assertThat(stopped.code()).isZero();
    Result again = tiny.run("stop", WAITS, "a");
    assertThat(again.err()).isEqualTo("tiny: TINY_WAITS/a: not running\n");
    assertThat(again.out()).isEmpty();
    assertThat(again.code()).isZero();
    assertThat(tiny.run("stop", WAITS, "a", "-o", "json").out()).contains("\"not_running\"");
  }

  @Test
  void stopAllStopsOnlyWorkersOfTheTask() {
    tiny.run("start", WAITS, "a");
    tiny.run("start", WAITS, "b");
    tiny.run("start", TinyApp.NEVER_READY, "c");
    assertThat(tiny.run("stop", "--rm", "--all", WAITS).out())
        .contains("TINY_WAITS/a: stopped", "TINY_WAITS/b: stopped");
    assertThat(tiny.run("list").out()).contains(" c\n").doesNotContain(" a\n", " b\n");
    assertThat(tiny.run("stop", "--all", WAITS).err()).isEqualTo("tiny: no worker to stop\n");
  }

  @Test
  void stopAllDoesNotTellOfWorkersThatHadEnded() {
    tiny.run("start", WAITS, "a", "b", "--wait=30s");
    tiny.run("stop", WAITS, "a");
    Result stopped = tiny.run("stop", WAITS, "--all");
    assertThat(stopped.out()).startsWith("TINY_WAITS/b: stopped").hasLineCount(1);
    assertThat(stopped.err()).isEmpty();
    assertThat(tiny.run("stop", WAITS, "--all").err()).isEqualTo("tiny: no worker to stop\n");
  }

  @Test
  void stopKeepsLogsUntilWorkerIsRemoved() {
    tiny.run("start", WAITS, "a", "--wait=30s");
    tiny.run("stop", WAITS, "a");
    assertThat(tiny.run("logs", WAITS, "a", "-n", "1").out()).isEqualTo("bye\n");
    assertThat(tiny.run("info", WAITS, "a").code()).isEqualTo(1);
    assertThat(tiny.run("rm", WAITS, "a").out()).isEqualTo("TINY_WAITS/a: removed\n");
    assertThat(tiny.root().toFile().list()).isEmpty();
    tiny.run("start", WAITS, "a");
    tiny.run("stop", "--rm", WAITS, "a");
    assertThat(tiny.root().toFile().list()).isEmpty();
  }

  @Test
  void rmIsRefusedWhenWorkerRunsUnlessForced() {
    tiny.run("start", WAITS, "a", "--wait=30s");
    Result refused = tiny.run("rm", WAITS, "a");
    assertThat(refused.err())
        .isEqualTo(
            "tiny: cannot remove TINY_WAITS/a: it is running; stop it first, or use rm --force\n");
    assertThat(refused.code()).isEqualTo(ExitCode.FAILURE.code());
    assertThat(tiny.info(WAITS, "a").state().isAlive()).isTrue();
    assertThat(tiny.run("rm", "-f", WAITS, "a").out()).isEqualTo("TINY_WAITS/a: removed\n");
    assertThat(tiny.root().toFile().list()).isEmpty();
  }

  @Test
  void pruneRemovesEndedWorkersOnly() {
    assertThat(tiny.run("prune").err()).isEqualTo("tiny: no worker to remove\n");
    tiny.run("start", WAITS, "a", "b", "--wait=30s");
    tiny.run("start", TinyApp.FAILS, "c", "--wait=30s");
    tiny.run("stop", WAITS, "a");
    assertThat(tiny.run("prune", TinyApp.FAILS).out()).isEqualTo("TINY_FAILS/c: removed\n");
    assertThat(tiny.run("prune").out()).isEqualTo("TINY_WAITS/a: removed\n");
    assertThat(tiny.run("list", "-q").out()).isEqualTo("TINY_WAITS/b\n");
    assertThat(tiny.run("prune").code()).isZero();
  }

  @Test
  void killEndsTheWorkerAtOnceAndKeepsItsLogs() {
    tiny.run("start", WAITS, "a", "--wait=30s");
    Result killed = tiny.run("kill", WAITS, "a");
    assertThat(killed.out()).isEqualTo("TINY_WAITS/a: killed\n");
    assertThat(killed.code()).isZero();
    assertThat(tiny.run("logs", WAITS, "a").out()).contains("arguments").doesNotContain("bye");
    assertThat(tiny.run("wait", WAITS, "a").code()).isEqualTo(137);
    Result again = tiny.run("kill", WAITS, "a");
    assertThat(again.err())
        .isEqualTo("tiny: cannot send KILL to TINY_WAITS/a: it is not running\n");
    assertThat(again.code()).isEqualTo(ExitCode.FAILURE.code());
  }

  @Test
  void killSendsAnotherSignalToTheProcess() {
    tiny.run("start", WAITS, "a", "--wait=30s");
    assertThat(tiny.run("kill", "-s", "SIGTERM", WAITS, "a").out())
        .isEqualTo("TINY_WAITS/a: sent TERM\n");
    assertThat(tiny.run("wait", WAITS, "a", "-t", "30").out()).isEqualTo("0\n");
    assertThat(tiny.run("logs", WAITS, "a").out()).endsWith("bye\n");
  }

  @Test
  void waitExitsWithTheCodeOfTheWorker() {
    tiny.run("start", TinyApp.FAILS, "a");
    Result failed = tiny.run("wait", TinyApp.FAILS, "a");
    assertThat(failed.out()).isEqualTo("1\n");
    assertThat(failed.code()).isEqualTo(1);
    tiny.run("start", WAITS, "b");
    Result late = tiny.run("wait", WAITS, "b", "--timeout", "100ms");
    assertThat(late.err()).isEqualTo("tiny: TINY_WAITS/b: still running\n");
    assertThat(late.code()).isEqualTo(ExitCode.NOT_READY.code());
    assertThat(tiny.run("wait", TinyApp.FAILS, "a", "-o", "json").out()).contains("\"exitCode\":1");
  }

  @Test
  void waitExitsWithStatusUnknownWhenNoExitCodeWasRecorded() throws Exception {
    // Not in this JVM, which would record the exit of its child.
    assertThat(tiny.runShell("tiny start TINY_WAITS a --wait=30").code()).isZero();
    long pid = tiny.info(WAITS, "a").identity().orElseThrow().pid();
    new ProcessBuilder("kill", "-KILL", Long.toString(pid)).start().waitFor();
    Result result = tiny.run("wait", WAITS, "a");
    assertThat(result.err()).isEqualTo("tiny: TINY_WAITS/a: ended, and its exit code is unknown\n");
    assertThat(result.code()).isEqualTo(ExitCode.STATUS_UNKNOWN.code());
  }

  @ParameterizedTest
  @ValueSource(strings = {"10", "10s", "2m", "0"})
  void timeoutIsInSecondsWithoutUnit(String timeout) {
    tiny.run("start", WAITS, "a", "--wait=30s");
    Result result = tiny.run("stop", WAITS, "a", "--timeout", timeout);
    assertThat(result.err()).isEmpty();
    assertThat(result.out())
        .startsWith("TINY_WAITS/a: " + (timeout.equals("0") ? "killed" : "stopped"));
  }

  @Test
  void startIsRefusedWhenDirectoryIsASymbolicLink() throws IOException {
    tiny.run("start", WAITS, "a");
    Path directory = tiny.info(WAITS, "a").directory();
    tiny.run("stop", "--rm", WAITS, "a");
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
          .isEqualTo("tiny: cannot write all output to /dev/full: it is full or broken\n");
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
      new ProcessBuilder("kill", TinyAppExtension.interruptOption(), Long.toString(java.pid()))
          .start()
          .waitFor();
      assertThat(lines.lines().toList()).endsWith("bye");
    }
    assertThat(shell.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(shell.exitValue()).isZero();
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
    assertThat(killed.out()).startsWith("TINY_WAITS/a: restarted, pid ");
    String log = tiny.run("logs", WAITS, "a").out();
    assertThat(log).doesNotContain("bye").containsPattern("(?s)arguments: \\[x].*arguments: \\[x]");

    tiny.run("start", TinyApp.NEVER_READY, "b");
    Result late = tiny.run("restart", TinyApp.NEVER_READY, "b", "--wait=100ms");
    assertThat(late.code()).isEqualTo(ExitCode.NOT_READY.code());
  }
}
