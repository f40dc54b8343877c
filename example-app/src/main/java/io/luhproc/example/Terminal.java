package io.luhproc.example;

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
 * @param coloured whether what was found is shown in colour
 */
record Terminal(PrintWriter out, PrintWriter err, boolean coloured) {
  private static final Path STDOUT = Path.of("/proc/self/fd/1");

  /** Returns the one of a command. */
  static Terminal of(CommandLine command) {
    boolean coloured = mayColour(System.getenv()) && stdoutIsTerminal();
    return new Terminal(command.getOut(), command.getErr(), coloured);
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
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | UnsupportedOperationException expected) {
      // There is no /proc here: picocli knows the other systems.
      return Ansi.AUTO.enabled();
    }
  }

  /** Returns a text in the colour of an SGR code, where colours are wanted. */
  String in(String code, String text) {
    return coloured ? start(code) + text + end() : text;
  }

  /** Returns what switches a colour on; nothing where colours are not wanted. */
  String start(String code) {
    return coloured ? "\u001B[" + code + "m" : "";
  }

  /** Returns what switches colours off. */
  String end() {
    return coloured ? "\u001B[m" : "";
  }
}
