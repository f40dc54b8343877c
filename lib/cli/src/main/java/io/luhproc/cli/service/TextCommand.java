package io.luhproc.cli.service;

import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.cli.text.TerminalText;
import picocli.CommandLine.ParseResult;

/** Commands that print a text of the daemon: {@code tree} and {@code metrics}. */
final class TextCommand extends ProgramCommand {
  private final String target;

  /**
   * Creates a command.
   *
   * @param target the path of the text
   */
  TextCommand(String name, String target, String description) {
    super(name, description);
    this.target = target;
    addFileOption();
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    print(client(parseResult).get(target).body(), console);
    return ExitCode.SUCCESS.code();
  }

  /** Prints lines of text. On a terminal, their control characters are escaped. */
  static void print(String text, Console console) {
    String shown = console.isTerminal() ? TerminalText.escapeKeepingLines(text) : text;
    console.out().print(shown.isEmpty() || shown.endsWith("\n") ? shown : shown + "\n");
  }
}
