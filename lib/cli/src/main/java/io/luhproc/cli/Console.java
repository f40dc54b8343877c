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
 * Where a command prints: data on stdout, messages on stderr. The worker commands print by it, and
 * the commands of an app may, to look and to fail alike.
 */
public final class Console {
  private static final Path STDOUT = Path.of("/proc/self/fd/1");

  // See inode(7).
  private static final int S_IFMT = 0170000;
  private static final int S_IFIFO = 0010000;
  private static final int S_IFSOCK = 0140000;

  private final PrintWriter out;
  private final PrintWriter err;
  private final Style style;

  Console(PrintWriter out, PrintWriter err, Style style) {
    this.out = out;
    this.err = err;
    this.style = style;
  }

  /**
   * Returns the console of a command: its writers, and its colours as its colour scheme says; where
   * that leaves it open, colours on a terminal, unless {@code NO_COLOR} is set or {@code TERM} is
   * {@code dumb} or missing.
   */
  public static Console of(CommandLine command) {
    return of(command, System.getenv(), false);
  }

  static Console of(CommandLine command, Map<String, String> environment, boolean verbose) {
    Ansi ansi = command.getColorScheme().ansi();
    boolean isTerminal = ansi == Ansi.ON || (ansi != Ansi.OFF && stdoutIsTerminal());
    boolean isColoured = ansi == Ansi.ON || (isTerminal && allowsColour(environment));
    boolean isVerbose = verbose || !environment.getOrDefault("LUHPROC_DEBUG", "").isEmpty();
    return new Console(
        command.getOut(), command.getErr(), new Style(isTerminal, isColoured, isVerbose));
  }

  /** Returns whether the environment has nothing against colours, see no-color.org. */
  static boolean allowsColour(Map<String, String> environment) {
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

  /** Returns the writer of the data. */
  public PrintWriter out() {
    return out;
  }

  Style style() {
    return style;
  }

  /** Prints a line of data. */
  public void print(String line) {
    out.print(line);
    out.print('\n');
  }

  /**
   * Prints a message at once; control characters in it are spelled out, as {@code \}{@code u001b}.
   */
  public void printMessage(String text) {
    err.print(TerminalText.escapeKeepingLines(text));
    err.print('\n');
    err.flush();
  }

  /** Prints a failure that explains itself. */
  void printFailure(LuhprocException failure) {
    printMessage(String.valueOf(failure.getMessage()));
    if (style.verbose()) {
      failure.printStackTrace(err);
    }
  }

  /** Prints a failure that nobody foresaw. */
  void printUnexpectedFailure(RuntimeException failure) {
    if (style.verbose()) {
      failure.printStackTrace(err);
    } else {
      printMessage("unexpected: " + failure + "; --verbose shows where");
    }
  }

  /** Writes out what is buffered. */
  public void flush() {
    out.flush();
    err.flush();
  }

  /**
   * Writes out what is buffered and returns what to exit with. That is {@code code}, but {@link
   * ExitCode#OUTPUT_LOST} instead of 0 when stdout has not taken everything, of which a message
   * tells too. When a pipe is not read any more that is no failure, as with head(1).
   */
  public int finish(int code) {
    boolean outputLost = hasOutputFailed() && !stdoutIsPipe();
    if (outputLost) {
      printMessage(stdoutTarget() + " has not taken all output: it is full or broken");
    }
    flush();
    return outputLost && code == ExitCode.SUCCESS.code() ? ExitCode.OUTPUT_LOST.code() : code;
  }

  /**
   * Writes out what is buffered and returns whether stdout takes no more. picocli's writer hides
   * that behind the error flag of {@link System#out}.
   */
  boolean hasOutputFailed() {
    return out.checkError() || System.out.checkError();
  }

  // The error itself is lost in the writers; that of a pipe or socket is always the missing reader.
  private static boolean stdoutIsPipe() {
    try {
      int type = (Integer) Files.getAttribute(STDOUT, "unix:mode") & S_IFMT;
      return type == S_IFIFO || type == S_IFSOCK;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException expected) {
      // There is no /proc here, and no way to know.
      return false;
    }
  }

  private static String stdoutTarget() {
    try {
      return Files.readSymbolicLink(STDOUT).toString();
    } catch (IOException | UnsupportedOperationException expected) {
      return "stdout";
    }
  }

  /**
   * Returns a text in a colour, where colours may be used.
   *
   * @param sgr the numbers of the colour, see ECMA-48 8.3.117: {@code 31} is red, {@code 1;31} bold
   *     red
   */
  public String colour(String sgr, String text) {
    return style.coloured() ? "\u001b[" + sgr + "m" + text + "\u001b[m" : text;
  }

  /**
   * For whom is printed.
   *
   * @param terminal whether a person looks at stdout
   * @param coloured whether colours may be used on stdout
   * @param verbose whether failures are printed with their stack traces
   */
  record Style(boolean terminal, boolean coloured, boolean verbose) {}
}
