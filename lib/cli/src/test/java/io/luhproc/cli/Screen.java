package io.luhproc.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** A console that keeps what is printed. */
final class Screen {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final Console console;

  private Screen(boolean terminal) {
    console =
        new Console(
            new PrintWriter(out),
            new PrintWriter(err),
            new Console.Manner(terminal, terminal, false));
  }

  static Screen file() {
    return new Screen(false);
  }

  static Screen terminal() {
    return new Screen(true);
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
