package io.luhproc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.cli.TinyAppExtension.Result;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs commands with a terminal as stdout, made by script(1), and with closed pipes. */
@Tag("process")
final class TerminalProcessTest {
  private static final String LONG_ID = "/srv/documents/" + "sub-folder/".repeat(10) + "end";

  @RegisterExtension final TinyAppExtension tiny = new TinyAppExtension();

  @ParameterizedTest
  @CsvSource({
    "stty cols 0;, 80",
    "stty cols 100;, 100",
    "stty cols 60;, 60",
    "export COLUMNS=70;, 70"
  })
  void listFitsTheTerminal(String setup, int columns) throws InterruptedException {
    tiny.run("start", TinyApp.WAITS, LONG_ID, "--wait=30s");
    List<String> lines = onTerminal(setup + " tiny list");
    assertThat(lines).hasSize(2).allMatch(line -> line.length() <= columns);
    assertThat(lines.get(1)).hasSize(columns).contains(" /srv/", "...").endsWith("end");
    assertThat(onTerminal(setup + " tiny list --no-trunc").get(1)).endsWith(" " + LONG_ID);
  }

  @Test
  void namesAreEscapedOnTerminalOnly() throws InterruptedException {
    String id = "a\u202eb";
    tiny.run("start", TinyApp.WAITS, id, "--wait=30s");
    assertThat(tiny.run("list", "-q").out()).isEqualTo("TINY_WAITS/" + id + "\n");
    assertThat(onTerminal("tiny list -q")).containsExactly("TINY_WAITS/a\\u202eb");
  }

  private List<String> onTerminal(String script) throws InterruptedException {
    Result result =
        tiny.runShell(
            "export -f tiny; unset COLUMNS; export TERM=dumb LC_ALL=C.UTF-8 SHELL=$BASH; script -qec '"
                + script
                + "' /dev/null </dev/null");
    assertThat(result.code()).as(result.out()).isZero();
    return result.out().replace("\r", "").lines().toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "list",
        "list -q",
        "list -o json",
        "info TINY_WAITS a",
        "logs TINY_WAITS a",
        "stop --help",
        "wait TINY_FAILS b",
        "prune --help"
      })
  void readerThatClosesThePipeIsNoFailure(String command) throws InterruptedException {
    tiny.run("start", TinyApp.WAITS, "a", "--wait=30s");
    Result result =
        tiny.runShell("tiny " + command + " | head -c 1 >/dev/null; echo ${PIPESTATUS[0]}");
    assertThat(result.out()).isIn("0\n", "3\n");
    assertThat(result.err()).doesNotContain("\tat ", "Broken pipe", "cannot write");
  }

  @Test
  void outputIsTheSameInEveryLocale() throws InterruptedException {
    tiny.run("start", TinyApp.WAITS, "i", "--wait=30s");
    String list = tiny.runShell("tiny list -q; tiny info TINY_WAITS i -o json").out();
    for (String locale : List.of("C", "tr_TR.UTF-8", "ar_EG.UTF-8")) {
      String options = "-Duser.language=" + locale.replaceFirst("_.*", "").replace("C", "en");
      Result result =
          tiny.runShell(
              "export LC_ALL="
                  + locale
                  + " TINY_OPTIONS="
                  + options
                  + "; tiny list -q; tiny info TINY_WAITS i -o json; tiny stop TINY_WAITS typo");
      assertThat(result.out().replaceAll("(uptime|cpu|rss)\\w+\":[0-9.]+", ""))
          .isEqualTo(list.replaceAll("(uptime|cpu|rss)\\w+\":[0-9.]+", ""));
      assertThat(result.err()).contains("tiny: cannot find TINY_WAITS/typo: ");
      assertThat(result.code()).isEqualTo(ExitCode.NOT_RUNNING.code());
    }
  }
}
