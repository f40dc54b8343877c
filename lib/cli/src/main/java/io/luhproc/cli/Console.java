package io.luhproc.cli;

import io.luhproc.LuhprocException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * Where a command prints: data on stdout, messages on stderr.
 *
 * @param out takes the data
 * @param err takes the messages
 * @param terminal whether a person looks at stdout
 * @param coloured whether colours may be used on stdout
 * @param verbose whether failures are printed with their stack traces
 */
record Console(
    PrintWriter out, PrintWriter err, boolean terminal, boolean coloured, boolean verbose) {
  private static final Path STDOUT = Path.of("/proc/self/fd/1");

  /** Returns the console of a command in an environment. */
  static Console of(CommandLine command, Map<String, String> environment, boolean verbose) {
    Ansi wanted = command.getColorScheme().ansi();
    boolean terminal = wanted == Ansi.ON || (wanted != Ansi.OFF && stdoutIsTerminal());
    boolean coloured = wanted == Ansi.ON || (terminal && mayColour(environment));
    boolean trace = verbose || !environment.getOrDefault("LUHPROC_DEBUG", "").isEmpty();
    return new Console(command.getOut(), command.getErr(), terminal, coloured, trace);
  }

  /** Returns whether the environment has nothing against colours, see no-color.org. */
  static boolean mayColour(Map<String, String> environment) {
    return environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !environment.getOrDefault("TERM", "dumb").equals("dumb");
  }

  // System.console() asks about stdin as well, and from JDK 22 on exists without any terminal.
  private static boolean stdoutIsTerminal() {
    try {
      String target = Files.readSymbolicLink(STDOUT).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException expected) {
      // There is no /proc here: picocli knows the other systems.
      return Ansi.AUTO.enabled();
    }
  }

  /** Prints a line of data. */
  void print(String line) {
    out.print(line);
    out.print('\n');
  }

  /** Prints a message. */
  void message(String text) {
    err.print(VisibleText.lines(text));
    err.print('\n');
  }

  /** Prints a failure that explains itself. */
  void failure(LuhprocException failure) {
    message(String.valueOf(failure.getMessage()));
    if (verbose) {
      failure.printStackTrace(err);
    }
  }

  /** Prints a failure that nobody foresaw. */
  void unexpected(RuntimeException failure) {
    if (verbose) {
      failure.printStackTrace(err);
    } else {
      message("unexpected: " + failure + "; --verbose shows where");
    }
  }

  /** Writes out what is buffered. */
  void flush() {
    out.flush();
    err.flush();
  }

  /**
   * Writes out what is buffered and returns whether nobody reads stdout any more. picocli's writer
   * hides that behind the error flag of {@link System#out}.
   */
  boolean closed() {
    return out.checkError() || System.out.checkError();
  }

  /** Returns a text in an SGR colour, see ECMA-48 8.3.117, where colours may be used. */
  String colour(int sgr, String text) {
    return coloured ? "\u001b[" + sgr + "m" + text + "\u001b[m" : text;
  }
}
