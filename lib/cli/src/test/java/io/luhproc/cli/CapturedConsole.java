package io.luhproc.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** A console that captures its output. */
final class CapturedConsole {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Console console;

  private CapturedConsole(boolean terminal) {
    console =
        new Console(
            "tiny",
            new PrintWriter(out),
            new PrintWriter(err),
            new Console.Style(terminal, terminal, false));
  }

  static CapturedConsole forFile() {
    return new CapturedConsole(false);
  }

  static CapturedConsole forTerminal() {
    return new CapturedConsole(true);
  }

  Console console() {
    return console;
  }

  String out() {
    console.flush();
    return out.toString();
  }

  String err() {
    console.flush();
    return err.toString();
  }
}
