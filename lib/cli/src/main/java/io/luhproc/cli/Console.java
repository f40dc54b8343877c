package io.luhproc.cli;

import io.luhproc.LuhprocException;
import io.luhproc.cli.text.TerminalText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * Output of a command: data on stdout, messages on stderr.
 *
 * <p>The worker commands print with it. An app can use it for its own commands, so that their
 * colours, messages and exit codes match:
 *
 * <pre>{@code
 * Console console = Console.of(spec.commandLine());
 * console.print("done");
 * return console.finish(ExitCode.SUCCESS.code());
 * }</pre>
 *
 * <p>A console has no lock of its own; use it from one thread at a time.
 *
 * @since 0.1
 */
public final class Console {
  private static final Path STDOUT = Path.of("/proc/self/fd/1");

  // See inode(7).
  private static final int S_IFMT = 0170000;
  private static final int S_IFIFO = 0010000;
  private static final int S_IFSOCK = 0140000;

  private final String program;
  private final PrintWriter out;
  private final PrintWriter err;
  private final Style style;

  Console(String program, PrintWriter out, PrintWriter err, Style style) {
    this.program = program;
    this.out = out;
    this.err = err;
    this.style = style;
  }

  /**
   * Returns the console of a command, with the writers and the colour setting of that command.
   *
   * <p>If the colour scheme is {@link Ansi#AUTO}, colours are used on a terminal, unless {@code
   * NO_COLOR} is set or {@code TERM} is {@code dumb} or missing. Stack traces are printed if {@code
   * LUHPROC_DEBUG} is set.
   *
   * @param command the command that prints
   */
  public static Console of(CommandLine command) {
    return of(command, System.getenv(), false);
  }

  /**
   * Returns the console of a command as {@link #of(CommandLine)} does.
   *
   * @param command the command that prints
   * @param verbose whether failures are printed with their stack traces
   */
  public static Console of(CommandLine command, boolean verbose) {
    return of(command, System.getenv(), verbose);
  }

  /**
   * Returns a console of the standard streams as {@link #of(CommandLine)} does, without picocli.
   *
   * @param program the name of the program in messages
   */
  public static Console ofStandardStreams(String program) {
    boolean isTerminal = stdoutIsTerminal();
    boolean isColoured = isTerminal && allowsColour(System.getenv());
    return new Console(
        program,
        new PrintWriter(System.out, false, encoding("stdout")),
        new PrintWriter(System.err, true, encoding("stderr")),
        new Style(isTerminal, isColoured, false));
  }

  /** Returns the encoding of a standard stream, as picocli does: that of the terminal if any. */
  private static Charset encoding(String stream) {
    String ofJdk17 = System.getProperty("sun." + stream + ".encoding", "");
    String name = System.getProperty(stream + ".encoding", ofJdk17);
    return name.isEmpty() ? Charset.defaultCharset() : Charset.forName(name);
  }

  static Console of(CommandLine command, Map<String, String> environment, boolean verbose) {
    Ansi ansi = command.getColorScheme().ansi();
    boolean isTerminal = ansi == Ansi.ON || (ansi != Ansi.OFF && stdoutIsTerminal());
    boolean isColoured = ansi == Ansi.ON || (isTerminal && allowsColour(environment));
    boolean isVerbose = verbose || !environment.getOrDefault("LUHPROC_DEBUG", "").isEmpty();
    return new Console(
        command.getCommandSpec().root().name(),
        command.getOut(),
        command.getErr(),
        new Style(isTerminal, isColoured, isVerbose));
  }

  /** Returns whether the environment allows colours, see no-color.org. */
  static boolean allowsColour(Map<String, String> environment) {
    return environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !environment.getOrDefault("TERM", "dumb").equals("dumb");
  }

  // System.console() also depends on stdin, and since JDK 22 it exists without a terminal.
  private static boolean stdoutIsTerminal() {
    try {
      String target = Files.readSymbolicLink(STDOUT).toString();
      return target.startsWith("/dev/pts/")
          || target.startsWith("/dev/tty")
          || target.equals("/dev/console");
    } catch (IOException | UnsupportedOperationException expected) {
      // No /proc on this system; picocli has checks for the others.
      return Ansi.AUTO.enabled();
    }
  }

  /** Returns the writer for data, which is stdout by default. */
  public PrintWriter out() {
    return out;
  }

  Style style() {
    return style;
  }

  /** Returns whether stdout is a terminal. */
  public boolean isTerminal() {
    return style.terminal();
  }

  /**
   * Prints a line of data and does not flush it.
   *
   * @param line the text, printed unchanged
   */
  public void print(String line) {
    out.print(line);
    out.print('\n');
  }

  /**
   * Prints a message to stderr, after the name of the root command, and flushes it. Control
   * characters other than line feeds and tabs are escaped, as in {@code \}{@code u001b}.
   *
   * @param text one line or more
   */
  public void printMessage(String text) {
    // picocli names a command without a name "<main class>".
    err.print(program.startsWith("<") ? "" : program + ": ");
    err.print(TerminalText.escapeKeepingLines(text));
    err.print('\n');
    err.flush();
  }

  /**
   * Prints a failure to stderr, and its stack trace if verbose. Other failures than a {@link
   * LuhprocException} are defects, and are reported as such.
   *
   * @param failure the failure
   */
  public void printFailure(RuntimeException failure) {
    if (failure instanceof LuhprocException) {
      printMessage(String.valueOf(failure.getMessage()));
    } else if (!style.verbose()) {
      printMessage("unexpected failure: " + failure + "; --verbose prints the stack trace");
    }
    if (style.verbose()) {
      failure.printStackTrace(err);
    }
  }

  /** Flushes both writers. */
  public void flush() {
    out.flush();
    err.flush();
  }

  /**
   * Flushes both writers and returns the exit code of the command.
   *
   * <p>If stdout could not be written, a message says so, and 0 becomes {@link
   * ExitCode#OUTPUT_LOST}. A closed pipe or socket is no failure: the reader, such as head(1),
   * needs no more.
   *
   * @param code the exit code of the command so far
   * @return {@code code}, or that of {@link ExitCode#OUTPUT_LOST}
   */
  public int finish(int code) {
    boolean outputLost = hasOutputFailed() && !stdoutIsPipe();
    if (outputLost) {
      printMessage("cannot write all output to " + stdoutTarget() + ": it is full or broken");
    }
    flush();
    return outputLost && code == ExitCode.SUCCESS.code() ? ExitCode.OUTPUT_LOST.code() : code;
  }

  /**
   * Flushes stdout and returns whether a write has failed. The default writer of picocli wraps
   * {@link System#out}, which keeps the error in its own flag.
   */
  public boolean hasOutputFailed() {
    return out.checkError() || System.out.checkError();
  }

  // The writers drop the cause of an error. For a pipe or socket it is always the closed reader.
  private static boolean stdoutIsPipe() {
    try {
      int type = (Integer) Files.getAttribute(STDOUT, "unix:mode") & S_IFMT;
      return type == S_IFIFO || type == S_IFSOCK;
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException expected) {
      // No /proc on this system, so the type is unknown.
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
   * Returns a text in a colour, or the text itself if colours are off.
   *
   * @param sgr the parameters of ECMA-48 8.3.117 (SGR): {@code 31} is red, {@code 1;31} bold red
   * @param text the text to colour
   */
  public String colour(String sgr, String text) {
    return style.coloured() ? "\u001b[" + sgr + "m" + text + "\u001b[m" : text;
  }

  /**
   * How output is printed.
   *
   * @param terminal whether stdout is a terminal
   * @param coloured whether colours are used on stdout
   * @param verbose whether failures are printed with their stack traces
   */
  record Style(boolean terminal, boolean coloured, boolean verbose) {}
}
