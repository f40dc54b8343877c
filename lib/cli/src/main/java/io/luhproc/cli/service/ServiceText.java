package io.luhproc.cli.service;

import io.luhproc.cli.Console;
import io.luhproc.cli.client.ProcessView;
import io.luhproc.cli.client.ServiceView;
import io.luhproc.cli.text.TerminalText;
import io.luhproc.cli.text.TerminalWidth;
import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Formats services as text: the lines of {@code status} and the table of {@code ps}. */
final class ServiceText {
  private static final String MISSING_VALUE = "-";
  private static final String COLUMN_SEPARATOR = "  ";
  // What the supervisor says of a state that was requested.
  private static final String REQUESTED = "asked for";
  private static final String GREEN = "32";
  private static final String RED = "31";
  private static final String YELLOW = "33";
  private static final int STATE_COLUMN = 1;
  private static final int MIN_NAME_COLUMNS = 12;

  private ServiceText() {}

  /** Prints a table with a row for each process. */
  static void printProcesses(List<ServiceView> services, Console console) {
    Instant now = TimeSource.system().now();
    List<String[]> rows = new ArrayList<>();
    rows.add(new String[] {"NAME", "STATE", "PID", "UPTIME", "RESTARTS", "HEALTH"});
    for (ServiceView service : services) {
      for (ProcessView process : service.processes()) {
        rows.add(
            new String[] {
              escape(name(service, process)),
              state(process),
              process.pid().isPresent() ? String.valueOf(process.pid().get()) : MISSING_VALUE,
              uptime(process, now),
              String.valueOf(process.restarts()),
              health(process)
            });
      }
    }
    printTable(rows, console, 0);
  }

  /** Returns the health of a live process; that of one that has ended says nothing. */
  static String health(ProcessView process) {
    Optional<String> health = process.pid().isPresent() ? process.health() : Optional.empty();
    return health.isPresent() ? escape(health.get()) : MISSING_VALUE;
  }

  /** Prints a line for each service, with the reason of its state. */
  static void printServices(List<ServiceView> services, Console console) {
    Instant now = TimeSource.system().now();
    List<String[]> rows = new ArrayList<>();
    for (ServiceView service : services) {
      rows.add(
          new String[] {escape(service.name()), escape(service.state()), detail(service, now)});
    }
    printTable(rows, console, 2);
  }

  /** Returns a service in one line, such as {@code web: running, pid 4711}. */
  static String format(ServiceView service) {
    String state = service.state().equals("inactive") ? "stopped" : escape(service.state());
    String pid =
        service.processes().size() == 1 && service.processes().get(0).pid().isPresent()
            ? ", pid " + service.processes().get(0).pid().get()
            : "";
    return escape(service.name()) + ": " + state + pid;
  }

  /** Returns why a service is in its state; empty if it was simply requested. */
  static String cause(ServiceView service) {
    if (!service.blockedOn().isEmpty()) {
      return "waits for " + escape(String.join(", ", service.blockedOn()));
    }
    String cause = service.cause().orElse("");
    return cause.equals(REQUESTED) ? "" : escape(cause);
  }

  private static String detail(ServiceView service, Instant now) {
    StringBuilder detail = new StringBuilder();
    if (service.isRunning() && service.processes().size() == 1) {
      ProcessView process = service.processes().get(0);
      // No lambdas, which a cold status would wait for.
      if (process.pid().isEmpty() && process.place().isPresent()) {
        detail.append(escape(process.place().get()));
      } else {
        detail.append("pid ").append(process.pid().isPresent() ? process.pid().get() : "?");
      }
      detail.append(", up ").append(uptime(process, now));
    } else if (service.processes().size() > 1) {
      int running = 0;
      for (ProcessView process : service.processes()) {
        running += process.state().equals("running") ? 1 : 0;
      }
      detail.append(running).append(" of ").append(service.processes().size()).append(" running");
    }
    String cause = service.isRunning() ? "" : cause(service);
    return detail + (detail.isEmpty() || cause.isEmpty() ? "" : "; ") + cause;
  }

  private static String name(ServiceView service, ProcessView process) {
    return service.processes().size() == 1 ? service.name() : service.name() + "/" + process.name();
  }

  private static String state(ProcessView process) {
    if (process.paused()) {
      return "paused";
    }
    String state = escape(process.state());
    if (!state.equals("failed") && !state.equals("exited") && !state.equals("backoff")) {
      return state;
    }
    if (process.signal().isPresent()) {
      return state + " (" + escape(process.signal().get()) + ")";
    }
    return process.exitCode().isPresent() ? state + " (" + process.exitCode().get() + ")" : state;
  }

  private static String uptime(ProcessView process, Instant now) {
    Optional<Duration> uptime = process.uptime(now);
    return uptime.isPresent() ? DurationAndSizeFormat.format(uptime.get()) : MISSING_VALUE;
  }

  /** Returns the elements of a JSON array, escaped; none if the value is no array. */
  static List<String> texts(@Nullable Object array) {
    List<String> texts = new ArrayList<>();
    if (array instanceof List<?> elements) {
      for (Object element : elements) {
        texts.add(escape(String.valueOf(element)));
      }
    }
    return texts;
  }

  private static String escape(String text) {
    return TerminalText.escapeToLine(text);
  }

  /**
   * Prints rows in columns. On a terminal, one column is shortened to the width of the terminal.
   *
   * @param flexible the index of that column
   */
  private static void printTable(List<String[]> rows, Console console, int flexible) {
    if (rows.isEmpty()) {
      return;
    }
    int[] widths = new int[rows.get(0).length];
    int total = 0;
    for (int i = 0; i < widths.length; i++) {
      for (String[] row : rows) {
        widths[i] = Math.max(widths[i], TerminalText.displayWidth(row[i]));
      }
      total += widths[i] + (i == 0 ? 0 : COLUMN_SEPARATOR.length());
    }
    if (console.isTerminal()) {
      int excess = total - TerminalWidth.columns(System.getenv());
      if (excess > 0) {
        widths[flexible] = Math.max(MIN_NAME_COLUMNS, widths[flexible] - excess);
      }
    }
    for (String[] row : rows) {
      console.print(formatRow(row, widths, console));
    }
  }

  private static String formatRow(String[] row, int[] widths, Console console) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < row.length; i++) {
      String cell = TerminalText.truncateMiddle(row[i], widths[i]);
      String colour = i == STATE_COLUMN ? colour(cell) : "";
      line.append(colour.isEmpty() ? cell : console.colour(colour, cell));
      if (i < row.length - 1) {
        line.append(" ".repeat(widths[i] - TerminalText.displayWidth(cell)));
        line.append(COLUMN_SEPARATOR);
      }
    }
    return line.toString().stripTrailing();
  }

  private static String colour(String state) {
    if (state.equals("running")) {
      return GREEN;
    }
    if (state.startsWith("failed") || state.startsWith("backoff")) {
      return RED;
    }
    boolean isTransient =
        state.equals("starting")
            || state.equals("stopping")
            || state.equals("blocked")
            || state.equals("paused");
    return isTransient ? YELLOW : "";
  }
}
