package io.luhproc.cli.service;

import io.luhproc.cli.Console;
import io.luhproc.cli.client.Json;
import io.luhproc.cli.text.TerminalText;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Prints lines of logs. Thread-safe: each log that is followed has a thread. */
final class LogPrinter {
  private static final String CYAN = "36";
  private static final String RED = "31";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSX", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final Console console;
  private final Style style;
  private boolean isClosed;

  /**
   * How lines are printed.
   *
   * @param json as JSON instead of text
   * @param timestamps whether text begins with the time
   * @param services whether text names its service
   * @param severalProcesses the services of which text names the process
   * @param flush whether each line is flushed
   * @param grep the lines to print; empty for all
   */
  record Style(
      boolean json,
      boolean timestamps,
      boolean services,
      Set<String> severalProcesses,
      boolean flush,
      Optional<Pattern> grep) {}

  LogPrinter(Console console, Style style) {
    this.console = console;
    this.style = style;
  }

  /** Returns whether the pattern matches a line. */
  boolean accepts(LogEntry entry) {
    return style.grep().isEmpty() || style.grep().get().matcher(entry.text()).find();
  }

  /** Prints a line if the pattern matches, and returns whether stdout is still open. */
  synchronized boolean print(LogEntry entry) {
    if (isClosed || !accepts(entry)) {
      return !isClosed;
    }
    if (style.json()) {
      Json.write(entry.toJson(), console.out());
    } else {
      console.print(format(entry));
    }
    isClosed = style.flush() && console.hasOutputFailed();
    return !isClosed;
  }

  private String format(LogEntry entry) {
    boolean hasProcess = style.severalProcesses().contains(entry.service());
    String name =
        (style.services() ? entry.service() : "")
            + (style.services() && hasProcess ? "/" : "")
            + (hasProcess ? entry.process() : "");
    String prefix =
        name.isEmpty()
            ? ""
            : console.colour(entry.isError() ? RED : CYAN, TerminalText.escapeToLine(name) + " |")
                + " ";
    String time = style.timestamps() ? TIME.format(entry.time()) + " " : "";
    return prefix
        + time
        + (console.isTerminal() ? TerminalText.escapeKeepingColours(entry.text()) : entry.text());
  }
}
