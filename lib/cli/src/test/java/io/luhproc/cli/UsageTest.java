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
        "start                            | Missing required parameter: 'TASK[/ID]'",
        "start TINY_WAITS                 | missing ID: name the worker as TASK ID or TASK/ID",
        "info TINY_WAITS                  | missing ID",
        "kill TINY_WAITS                  | missing ID",
        "wait TINY_WAITS                  | missing ID",
        "rm TINY_WAITS                    | missing ID",
        "logs TINY_WAITS                  | missing ID",
        "restart TINY_WAITS               | missing ID",
        "info TINY_WAITS/a b              | worker (b) must be TASK/ID, as the first one is",
        "info TINY_WAITS a -o xml         | --output (xml) must be table or json",
        "start TINY_WAITS a --wait 30s    | write --wait=30s, without a space",
        "start TINY_WAITS a --wait 30     | write --wait=30, without a space",
        "start TINY_WAITS a --wait=soon   | --wait: duration (soon) must be",
        "start TINY_WAITS a --wait=0s     | awaitReady (PT0S) must be longer than zero",
        "start TINY_WAITS a -e secret     | --env must be NAME=VALUE",
        "start TINY_WAITS a -e =secret    | --env must be NAME=VALUE",
        "run TINY_WAITS a b               | give one ID; put the arguments of the task after --",
        "stop TINY_WAITS                  | give the ID of the worker to stop, or --all",
        "stop TINY_WAITS a --all          | give either an ID or --all",
        "stop TINY_WAITS/a --all          | give either an ID or --all",
        "stop TINY_WAITS a --rm --keep-logs | give either --rm or --keep-logs",
        "stop TINY_WAITS a --timeout=x    | --timeout: duration (x) must be",
        "restart TINY_WAITS a --timeout=x | --timeout: duration (x) must be",
        "restart TINY_WAITS a --wait 30s  | write --wait=30s, without a space",
        "wait TINY_WAITS a --timeout=-1   | --timeout: duration (-1) must be",
        "stop TINY_WAITS a --signal=BOOM  | signal (BOOM) must be one of",
        "list TINY_WAITS --all            | give either a TASK or --all",
        "list -q -o json                  | give either --quiet or --output=json",
        "list TINY_WAITS a                | Unmatched argument at index 2: 'a'",
        "prune TINY_WAITS a               | Unmatched argument at index 2: 'a'",
        "logs TINY_WAITS a -n -1          | --tail (-1) must be all or a number",
        "logs TINY_WAITS a -n 99999999999 | --tail (99999999999) must be all or a number",
        "logs TINY_WAITS a --since=x      | --since (x) must be a duration before now such as 10m",
        "logs TINY_WAITS a --since=2026-T | --since (2026-T) must be",
        "logs TINY_WAITS a --until=2026-02-30 | --until (2026-02-30) must be",
        "logs TINY_WAITS a --both --stderr | give either --stderr or --both",
        "completion --name=$(id)          | --name ($(id)) must be",
        "info TINY_WAITS a --bogus        | Unknown option: '--bogus'",
        "strat TINY_WAITS a               | unknown command 'strat'; did you mean",
        "--bogus                          | Unknown option: '--bogus'"
      })
  void wrongUsageExitsWith2AndNamesTheError(String line, String message) {
    Result result = tiny.run(line.strip().split(" +"));
    String command = line.strip().replaceFirst(" .*", "");
    boolean known = !command.equals("strat") && !command.startsWith("-");
    assertThat(result.err())
        .startsWith("tiny: " + message.strip())
        .endsWith("\nSee 'tiny " + (known ? command + " " : "") + "--help'.\n")
        .hasLineCount(2);
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
        "kill TINY_WAITS -x",
        "run TINY_WAITS --x=1"
      })
  void errorExplainsTaskSlashIdWhenIdIsParsedAsOption(String line) {
    Result result = tiny.run(line.split(" +"));
    assertThat(result.err())
        .contains(
            "; write an ID that begins with '-' as TASK/ID: "
                + line.substring(0, line.indexOf(0x20))
                + " TASK/-x\n");
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
    assertThat(messages).hasSize(2).last().asString().startsWith("missing ID");
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
  @ValueSource(
      strings = {"start", "stop", "restart", "kill", "wait", "rm", "prune", "info", "logs", "run"})
  void unknownTaskErrorListsTasksAndSuggestsTheNearest(String command) {
    Result result =
        command.equals("prune")
            ? tiny.run(command, "TINY_WAIT")
            : tiny.run(command, "TINY_WAIT", "a");
    assertThat(result.code()).isEqualTo(ExitCode.UNKNOWN_TASK.code());
    assertThat(result.err())
        .startsWith("tiny: unknown task TINY_WAIT;")
        .contains("did you mean TINY_WAITS?")
        .contains("TINY_WAITS, TINY_FAILS, TINY_NEVER_READY, TINY_PRINTS_MANY_LINES")
        .doesNotContain("\tat ");
    assertThat(result.out()).isEmpty();
  }

  @Test
  void engineIsChosenOnTheCommandLine() {
    assertThat(tiny.run("check").out()).isEqualTo("the engine can run workers\n");
    assertThat(tiny.run("check", "--engine", "local:").code()).isZero();
    Result invalid = tiny.run("list", "--engine", "moon");
    assertThat(invalid.code()).isEqualTo(2);
    assertThat(invalid.err()).contains("SCHEME:TARGET");
    for (String command : new String[] {"check", "list", "prune"}) {
      Result missing = tiny.run(command, "--engine", "moon:shop");
      assertThat(missing.code()).isEqualTo(1);
      assertThat(missing.err()).contains("there is no provider for moon", "use one of local");
    }
  }

  @Test
  void failurePrintsStackTraceWhenVerbose() {
    assertThat(tiny.run("info", "-v", "TINY_WAIT", "a").err()).contains("\tat io.luhproc.worker");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "start",
        "stop",
        "restart",
        "kill",
        "wait",
        "rm",
        "prune",
        "info",
        "list",
        "ps",
        "logs",
        "run",
        "check",
        "completion"
      })
  void helpIsPrintedForEveryCommand(String command) {
    Result result = tiny.run(command, "--help");
    assertThat(result.code()).isZero();
    assertThat(result.out()).startsWith("Usage: tiny ").contains("-h, --help");
    assertThat(result.err()).isEmpty();
  }
}
