package io.luhproc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.LuhprocException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;

final class ConsoleTest {

  @Test
  void coloursFollowTheEnvironment() {
    assertThat(Console.mayColour(Map.of("TERM", "xterm"))).isTrue();
    assertThat(Console.mayColour(Map.of("TERM", "xterm", "NO_COLOR", ""))).isTrue();
    assertThat(Console.mayColour(Map.of("TERM", "xterm", "NO_COLOR", "1"))).isFalse();
    assertThat(Console.mayColour(Map.of("TERM", "dumb"))).isFalse();
    assertThat(Console.mayColour(Map.of())).isFalse();
  }

  @Test
  void theAppsOwnChoiceOfColoursWins() {
    assertThat(console(Ansi.ON, Map.of("NO_COLOR", "1")).manner().coloured()).isTrue();
    assertThat(console(Ansi.OFF, Map.of("TERM", "xterm")).manner().terminal()).isFalse();
  }

  @Test
  void aMessageCannotSteerTheTerminal() {
    Screen screen = Screen.terminal();
    screen.console().failure(new LuhprocException("a\u001b[2J\nb"));
    assertThat(screen.err()).isEqualTo("a\\u001b[2J\nb\n");
  }

  @Test
  void debuggingMakesFailuresVerbose() {
    assertThat(console(Ansi.OFF, Map.of("LUHPROC_DEBUG", "1")).manner().verbose()).isTrue();
    assertThat(console(Ansi.OFF, Map.of()).manner().verbose()).isFalse();
  }

  private static Console console(Ansi ansi, Map<String, String> environment) {
    CommandLine command = new CommandLine(CommandSpec.create());
    command.setColorScheme(Help.defaultColorScheme(ansi));
    return Console.of(command, environment, false);
  }
}
