package io.luhproc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.cli.TinyAppExtension.Result;
import java.io.BufferedReader;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

@Tag("process")
final class LogsProcessTest {
  private static final String WAITS = TinyApp.WAITS;
  private static final String PRINTS_MANY_LINES = TinyApp.PRINTS_MANY_LINES;

  @RegisterExtension final TinyAppExtension tiny = new TinyAppExtension();

  @Test
  void logsExitsWith3WhenWorkerDoesNotExist() {
    Result result = tiny.run("logs", WAITS, "a");
    assertThat(result.code()).isEqualTo(ExitCode.NOT_RUNNING.code());
    assertThat(result.err()).contains("TINY_WAITS").doesNotContain("\tat ");
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
        .endsWith("Z\",\"text\":\"limit: null\",\"partial\":false}\n");
  }

  @Test
  void logsPrintsLast100LinesByDefault() {
    tiny.run("start", PRINTS_MANY_LINES, "a", "--wait=60s");
    List<String> lines = tiny.run("logs", PRINTS_MANY_LINES, "a").out().lines().toList();
    assertThat(lines).hasSize(100).startsWith("line 49900").endsWith("line 49999");
  }

  @Test
  void followEndsWhenWorkerIsStopped() throws Exception {
    tiny.run("start", WAITS, "a", "--wait=30s");
    Process shell = tiny.shell("tiny logs TINY_WAITS a -f -o json").start();
    try (BufferedReader lines = shell.inputReader()) {
      assertThat(lines.readLine()).contains("\"text\":\"arguments: []\"");
      assertThat(lines.readLine()).contains("GREETING");
      assertThat(lines.readLine()).contains("limit");
      assertThat(tiny.run("stop", WAITS, "a").code()).isZero();
      assertThat(shell.waitFor(30, TimeUnit.SECONDS)).isTrue();
      assertThat(shell.exitValue()).isZero();
    } finally {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
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
