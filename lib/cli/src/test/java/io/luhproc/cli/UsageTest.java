package io.luhproc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.cli.TinyAppExtension.Result;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

final class UsageTest {
  @RegisterExtension final TinyAppExtension tiny = new TinyAppExtension();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "start                            | Missing required parameters: 'TASK', 'ID'",
        "start TINY_WAITS                 | Missing required parameter: 'ID'",
        "info TINY_WAITS                  | Missing required parameter: 'ID'",
        "info TINY_WAITS a b              | Unmatched argument at index 3: 'b'",
        "info TINY_WAITS a -o xml         | --output (xml) must be table or json",
        "start TINY_WAITS a --wait 30s    | write --wait=30s, without a space",
        "start TINY_WAITS a --wait=soon   | duration (soon) must be",
        "start TINY_WAITS a --wait=0s     | awaitReady (PT0S) must be longer than zero",
        "start TINY_WAITS a -e secret     | --env must be NAME=VALUE",
        "start TINY_WAITS a -e =secret    | --env must be NAME=VALUE",
        "stop TINY_WAITS                  | give the ID of the worker to stop, or --all",
        "stop TINY_WAITS a --all          | give either an ID or --all",
        "stop TINY_WAITS a --timeout=x    | duration (x) must be",
        "restart TINY_WAITS a --timeout=x | duration (x) must be",
        "restart TINY_WAITS a --wait 30s  | write --wait=30s, without a space",
        "stop TINY_WAITS a --signal=BOOM  | signal (BOOM) must be one of",
        "list TINY_WAITS --all            | give either a TASK or --all",
        "logs TINY_WAITS a -n -1          | --lines (-1) must be a number",
        "logs TINY_WAITS a -n 99999999999 | --lines (99999999999) must be a number",
        "logs TINY_WAITS a --since=x      | duration (x) must be",
        "logs TINY_WAITS a --since=2026-T | --since (2026-T) must be",
        "logs TINY_WAITS a -n 1 --since=1h | give either --lines or --since",
        "logs TINY_WAITS a --both --stderr | give either --stderr or --both",
        "completion --name=$(id)          | --name ($(id)) must be",
        "strat TINY_WAITS a               | or tiny start or"
      })
  void wrongUsageExitsWith2AndNamesTheError(String line, String message) {
    Result result = tiny.run(line.strip().split(" +"));
    assertThat(result.err()).contains(message.strip());
    assertThat(result.err()).doesNotContain("\tat ");
    assertThat(result.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(result.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "info TINY_WAITS -x",
        "start TINY_WAITS --wait -x",
        "logs TINY_WAITS -nice",
        "stop TINY_WAITS -x",
        "run TINY_WAITS --x=1"
      })
  void errorExplainsDoubleDashWhenIdIsParsedAsOption(String line) {
    Result result = tiny.run(line.split(" +"));
    assertThat(result.err())
        .contains(
            "; put an ID that begins with '-' after --: "
                + line.substring(0, line.indexOf(0x20))
                + " TASK -- ID\n");
    assertThat(result.code()).isEqualTo(ExitCode.USAGE.code());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"info TINY_WAITS", "info -v TINY_WAITS", "info TINY_WAITS a --bogus", "list --x"})
  void errorHasNoHintWhenIdIsNotParsedAsOption(String line) {
    Result result = tiny.run(line.split(" +"));
    assertThat(result.err()).doesNotContain("that begins with '-'");
    assertThat(result.code()).isEqualTo(ExitCode.USAGE.code());
  }

  @Test
  void parameterExceptionHandlerOfAppIsCalledOnce() {
    CommandLine app = TinyApp.commandLine(tiny.manager());
    List<String> messages = new ArrayList<>();
    app.setParameterExceptionHandler(
        (failure, arguments) -> {
          messages.add(failure.getMessage());
          return 42;
        });
    assertThat(app.execute("help")).isEqualTo(42);
    assertThat(app.execute("info", TinyApp.WAITS)).isEqualTo(42);
    assertThat(messages).hasSize(2).last().isEqualTo("Missing required parameter: 'ID'");
  }

  @Test
  void envValueWithoutNameIsNotPrinted() {
    assertThat(tiny.run("start", "TINY_WAITS", "a", "-e", "hunter2").err())
        .doesNotContain("hunter2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a\nb", "\u001b[2J"})
  void invalidIdIsWrongUsage(String id) {
    Result result = tiny.run("info", TinyApp.WAITS, id);
    assertThat(result.code()).isEqualTo(ExitCode.USAGE.code());
    assertThat(result.err()).contains("id (").contains("must be a text of 1 to 4096 bytes");
    assertThat(result.err()).doesNotContain("\u001b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"start", "stop", "restart", "info", "logs", "run"})
  void unknownTaskErrorListsTasksAndSuggestsTheNearest(String command) {
    Result result = tiny.run(command, "TINY_WAIT", "a");
    assertThat(result.code()).isEqualTo(ExitCode.UNKNOWN_TASK.code());
    assertThat(result.err())
        .contains("TINY_WAIT")
        .contains("did you mean TINY_WAITS?")
        .contains("TINY_WAITS, TINY_FAILS, TINY_NEVER_READY, TINY_PRINTS_MANY_LINES")
        .doesNotContain("\tat ");
    assertThat(result.out()).isEmpty();
  }

  @Test
  void failurePrintsStackTraceWhenVerbose() {
    assertThat(tiny.run("info", "-v", "TINY_WAIT", "a").err()).contains("\tat io.luhproc.worker");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"start", "stop", "restart", "info", "list", "ps", "logs", "run", "completion"})
  void helpIsPrintedForEveryCommand(String command) {
    Result result = tiny.run(command, "--help");
    assertThat(result.code()).isZero();
    assertThat(result.out()).startsWith("Usage: tiny ").contains("-h, --help");
    assertThat(result.err()).isEmpty();
  }
}
