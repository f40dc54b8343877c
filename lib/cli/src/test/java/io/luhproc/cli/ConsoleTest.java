package io.luhproc.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.LuhprocException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Map;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;

final class ConsoleTest {

  @Test
  void coloursAreAllowedUnlessNoColorIsSetOrTerminalIsDumb() {
    assertThat(Console.allowsColour(Map.of("TERM", "xterm"))).isTrue();
    assertThat(Console.allowsColour(Map.of("TERM", "xterm", "NO_COLOR", ""))).isTrue();
    assertThat(Console.allowsColour(Map.of("TERM", "xterm", "NO_COLOR", "1"))).isFalse();
    assertThat(Console.allowsColour(Map.of("TERM", "dumb"))).isFalse();
    assertThat(Console.allowsColour(Map.of())).isFalse();
  }

  @Test
  void colourSchemeOverridesTheEnvironment() {
    assertThat(console(Ansi.ON, Map.of("NO_COLOR", "1")).style().coloured()).isTrue();
    assertThat(console(Ansi.OFF, Map.of("TERM", "xterm")).style().terminal()).isFalse();
  }

  @Test
  void controlCharactersInMessagesAreEscaped() {
    CapturedConsole screen = CapturedConsole.forTerminal();
    screen.console().printFailure(new LuhprocException("a\u001b[2J\nb"));
    assertThat(screen.err()).isEqualTo("tiny: a\\u001b[2J\nb\n");
  }

  @Test
  void messageHasNoPrefixWhenProgramHasNoName() {
    CommandLine command = new CommandLine(CommandSpec.create());
    StringWriter err = new StringWriter();
    command.setErr(new PrintWriter(err));
    Console.of(command).printMessage("x");
    assertThat(err).hasToString("x\n");
  }

  @Test
  void consoleIsVerboseWhenLuhprocDebugIsSet() {
    assertThat(console(Ansi.OFF, Map.of("LUHPROC_DEBUG", "1")).style().verbose()).isTrue();
    assertThat(console(Ansi.OFF, Map.of()).style().verbose()).isFalse();
  }

  private static Console console(Ansi ansi, Map<String, String> environment) {
    CommandLine command = new CommandLine(CommandSpec.create());
    command.setColorScheme(Help.defaultColorScheme(ansi));
    return Console.of(command, environment, false);
  }
}
