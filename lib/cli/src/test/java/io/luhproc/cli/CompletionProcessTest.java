package io.luhproc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs the completion script in bash, as an interactive shell does. */
@Tag("process")
final class CompletionProcessTest {
  @RegisterExtension final TinyAppExtension tiny = new TinyAppExtension();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tiny                  | completion start stop restart kill wait rm prune info list ps logs"
            + " run check",
        "tiny st               | start stop",
        "tiny start            | TINY_WAITS TINY_FAILS TINY_NEVER_READY TINY_PRINTS_MANY_LINES",
        "tiny stop TINY_W      | TINY_WAITS",
        "tiny logs --          | --help --verbose --follow --timestamps --progress --stderr --both"
            + " --engine --tail --lines --since --until --output",
        "tiny info -o          | table json"
      })
  void candidatesMatchTheWordBeingCompleted(String line, String expected)
      throws InterruptedException {
    String last = line.strip().matches(".*( st|_W| --)") ? "" : " ''";
    String script =
        "source <(tiny completion)\n"
            + "complete -p tiny >/dev/null || exit 1\n"
            + "COMP_WORDS=("
            + line.strip()
            + last
            + ")\n"
            + "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
            + "_complete_tiny 2>/dev/null\n"
            + "echo ${COMPREPLY[*]}\n";
    TinyAppExtension.Result result = tiny.runShell(script);
    assertThat(result.out()).isEqualTo(expected.strip() + "\n");
  }
}
