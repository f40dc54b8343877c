package io.luhproc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.cli.TinyAppExtension.Result;
import java.io.BufferedReader;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("process")
final class LogsProcessTest {
  private static final String WAITS = TinyApp.WAITS;
  private static final String PRINTS_MANY_LINES = TinyApp.PRINTS_MANY_LINES;

  @RegisterExtension final TinyAppExtension tiny = new TinyAppExtension();

  @Test
  void logsExitsWith3WhenWorkerDoesNotExist() {
    Result result = tiny.run("logs", WAITS, "a");
    assertThat(result.code()).isEqualTo(ExitCode.NOT_RUNNING.code());
    assertThat(result.err())
        .isEqualTo(
            "tiny: cannot find TINY_WAITS/a: it was never started or was removed;"
                + " TINY_WAITS has no workers\n");
  }

  @Test
  void logsPrintsSelectedStreamAndRange() {
    tiny.run("start", WAITS, "a", "--wait=30s");
    assertThat(tiny.run("logs", WAITS, "a", "-n", "1").out()).isEqualTo("limit: null\n");
    assertThat(tiny.run("logs", WAITS, "a", "--stderr").out()).isEqualTo("complaint\n");
    assertThat(tiny.run("logs", WAITS, "a", "--both").out())
        .contains("out | arguments: []\n", "err | complaint\n")
        .hasLineCount(4);
    assertThat(tiny.run("logs", WAITS, "a", "--since=1d").out()).hasLineCount(3);
    assertThat(tiny.run("logs", WAITS, "a", "--since=2001-01-01T00:00:00Z").out()).hasLineCount(3);
    assertThat(tiny.run("logs", WAITS, "a", "--since=9999999999999d").out()).hasLineCount(3);
    assertThat(tiny.run("logs", WAITS, "a", "-n", "0").out()).isEmpty();
    assertThat(tiny.run("logs", WAITS, "a", "-o", "json", "-n", "1").out())
        .startsWith("{\"stream\":\"out\",\"time\":\"2")
        .endsWith(
            "Z\",\"text\":\"limit:"
                + " null\",\"partial\":false,\"task\":\"TINY_WAITS\",\"id\":\"a\"}\n");
  }

  @Test
  void logsPrintsLast100LinesByDefault() {
    tiny.run("start", PRINTS_MANY_LINES, "a", "--wait=60s");
    List<String> lines = tiny.run("logs", PRINTS_MANY_LINES, "a").out().lines().toList();
    assertThat(lines).hasSize(100).startsWith("line 49900").endsWith("line 49999");
  }

  @Test
  void logsPrintsTimesAndSelectsByTime() {
    tiny.run("start", WAITS, "a", "--wait=30s");
    assertThat(tiny.run("logs", WAITS, "a", "-t", "--tail", "1").out())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z limit: null\n");
    for (String since : List.of("2001-01-31", "2001-01-31 12:00", "2001-01-31T12:00:00+01:00")) {
      assertThat(tiny.run("logs", WAITS, "a", "--since", since).out()).hasLineCount(3);
      assertThat(tiny.run("logs", WAITS, "a", "--until", since).out()).isEmpty();
    }
    assertThat(tiny.run("logs", WAITS, "a", "--since=3000-01-01").out()).isEmpty();
    assertThat(tiny.run("logs", WAITS, "a", "--until=3000-01-01").out()).hasLineCount(3);
    assertThat(tiny.run("logs", WAITS, "a", "--since=1d", "--tail=1").out())
        .isEqualTo("limit: null\n");
    assertThat(tiny.run("logs", WAITS, "a", "--tail=all").out()).hasLineCount(3);
    assertThat(tiny.run("logs", WAITS, "a", "-f", "--until=2001-01-31").out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"stop TINY_WAITS a", "rm -f TINY_WAITS a"})
  void followEndsWhenWorkerHasEnded(String end) throws Exception {
    tiny.run("start", WAITS, "a", "--wait=30s");
    Process shell = tiny.shell("tiny logs TINY_WAITS a -f -o json").start();
    try (BufferedReader lines = shell.inputReader()) {
      assertThat(lines.readLine()).contains("\"text\":\"arguments: []\"");
      assertThat(lines.readLine()).contains("GREETING");
      assertThat(lines.readLine()).contains("limit");
      assertThat(tiny.run(end.split(" ")).code()).isZero();
      assertThat(lines.readLine()).contains("bye");
      assertThat(shell.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(shell.exitValue()).isZero();
    } finally {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void followGoesOnWhenWorkerIsRestarted() throws Exception {
    tiny.run("start", WAITS, "a", "--wait=30s");
    Process shell = tiny.shell("tiny logs TINY_WAITS a -f --tail 1").start();
    try (BufferedReader lines = shell.inputReader()) {
      assertThat(lines.readLine()).isEqualTo("limit: null");
      assertThat(tiny.run("restart", WAITS, "a", "--wait=30").code()).isZero();
      assertThat(lines.lines().limit(2).toList()).containsExactly("bye", "arguments: []");
    } finally {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void followOfSeveralWorkersNamesThem() {
    tiny.run("start", WAITS, "a", "b", "--wait=30s");
    tiny.run("stop", WAITS, "a", "b");
    assertThat(tiny.run("logs", WAITS, "a", "b", "-f", "-n", "1").out().lines())
        .containsExactlyInAnyOrder("TINY_WAITS/a | bye", "TINY_WAITS/b | bye");
  }

  @Test
  void followExitsWith130AfterInterrupt() throws Exception {
    tiny.run("start", WAITS, "a", "--wait=30s");
    Process follow = tiny.shell("tiny logs TINY_WAITS a -f").start();
    try (BufferedReader lines = follow.inputReader()) {
      assertThat(lines.readLine()).isEqualTo("arguments: []");
      ProcessHandle java = follow.children().findFirst().orElseThrow();
      String option = TinyAppExtension.interruptOption();
      new ProcessBuilder("kill", option, Long.toString(java.pid())).start().waitFor();
      assertThat(follow.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(follow.exitValue()).isEqualTo(option.equals("-INT") ? 130 : 143);
    } finally {
      follow.descendants().forEach(ProcessHandle::destroyForcibly);
    }
  }

  @Test
  void readingEndsWithoutErrorWhenPipeIsClosed() throws InterruptedException {
    tiny.run("start", PRINTS_MANY_LINES, "a", "--wait=60s");
    Result result =
        tiny.runShell(
            "tiny logs TINY_PRINTS_MANY_LINES a --since=1d | head -1; echo ${PIPESTATUS[0]}");
    assertThat(result.out()).isEqualTo("line 0\n0\n");
    assertThat(result.err()).isEmpty();
  }

  @Test
  void followEndsWithoutErrorWhenPipeIsClosed() throws InterruptedException {
    tiny.run("start", PRINTS_MANY_LINES, "a", "--wait=60s");
    Result result =
        tiny.runShell(
            "tiny logs TINY_PRINTS_MANY_LINES a -f -n 40000 | head -1; echo ${PIPESTATUS[0]}");
    assertThat(result.out()).isEqualTo("line 10000\n0\n");
    assertThat(result.err()).isEmpty();
  }
}
