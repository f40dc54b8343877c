package io.luhproc.cli;

import io.luhproc.process.ProcessEnd;
import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.worker.StopResult;
import io.luhproc.worker.WorkerInfo;
import io.luhproc.worker.WorkerState;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/** Workers in words: the lines of {@code info} and the table of {@code list}. */
final class WorkerFormatter {
  private static final String MISSING_VALUE = "-";
  private static final String COLUMN_SEPARATOR = "  ";
  private static final List<String> HEADER = List.of("TASK", "STATE", "PID", "UPTIME", "RSS");
  private static final String LAST_HEADER = "ID";
  // Above are 128 and the number of a signal, whose name says more.
  private static final int MAX_PLAIN_EXIT_CODE = 128;
  private static final String GREEN = "32";
  private static final String RED = "31";

  private WorkerFormatter() {}

  /** Returns the lines of {@link WorkerInfo#toString()}, whatever its texts contain. */
  static String format(WorkerInfo worker) {
    WorkerInfo escaped =
        new WorkerInfo(
            TerminalText.escapeToLine(worker.task()),
            TerminalText.escapeToLine(worker.id()),
            worker.state(),
            worker.launched(),
            worker.identity(),
            escapePath(worker.directory()),
            escapePath(worker.logFile()),
            escapePath(worker.errorFile()),
            worker.started(),
            worker.uptime(),
            worker.end().isPresent()
                ? Optional.of(escapeEnd(worker.end().get()))
                : Optional.empty(),
            worker.rssBytes(),
            worker.cpuTime());
    return escaped.toString();
  }

  private static Path escapePath(Path path) {
    return Path.of(TerminalText.escapeToLine(path.toString()));
  }

  private static ProcessEnd escapeEnd(ProcessEnd end) {
    return new ProcessEnd(
        end.time(),
        end.exitCode(),
        end.signal(),
        end.failure().map(TerminalText::escapeToLine),
        TerminalText.escapeToLine(end.reason()));
  }

  /** Returns what a stop did, in one line. */
  static String format(StopResult result) {
    String worker =
        TerminalText.escapeToLine(result.task()) + " " + TerminalText.escapeToLine(result.id());
    String duration = DurationAndSizeFormat.format(result.elapsed());
    return switch (result.outcome()) {
      case STOPPED -> worker + ": stopped in " + duration;
      case KILLED -> worker + ": killed after " + duration + ", as it did not stop when asked to";
      case NOT_RUNNING -> worker + ": does not run";
    };
  }

  /**
   * Prints a table. The id comes last, so that no length and no writing direction of it moves
   * another column; on a terminal its middle is left out where it does not fit.
   *
   * @param maxIdColumns how many columns an id may take on a terminal
   */
  static void printTable(List<WorkerInfo> workers, Console console, int maxIdColumns) {
    int[] widths = new int[HEADER.size()];
    widenColumns(widths, HEADER);
    for (WorkerInfo worker : workers) {
      widenColumns(widths, cells(worker));
    }
    console.print(formatRow(HEADER, widths, console, "") + LAST_HEADER);
    for (WorkerInfo worker : workers) {
      String id = TerminalText.escapeToLine(worker.id());
      String shownId =
          console.style().terminal() ? TerminalText.truncateMiddle(id, maxIdColumns) : id;
      console.print(formatRow(cells(worker), widths, console, stateColour(worker)) + shownId);
    }
  }

  private static List<String> cells(WorkerInfo worker) {
    return List.of(
        TerminalText.escapeToLine(worker.task()),
        formatState(worker),
        worker.identity().isPresent() && worker.state().isAlive()
            ? Long.toString(worker.identity().get().pid())
            : MISSING_VALUE,
        worker.uptime().isPresent()
            ? DurationAndSizeFormat.format(worker.uptime().get())
            : MISSING_VALUE,
        worker.rssBytes().isPresent()
            ? DurationAndSizeFormat.format(worker.rssBytes().getAsLong())
            : MISSING_VALUE);
  }

  private static String formatState(WorkerInfo worker) {
    String state = worker.state().name().toLowerCase(Locale.ROOT);
    if (worker.end().isEmpty()) {
      return state;
    }
    ProcessEnd end = worker.end().get();
    OptionalInt code = end.exitCode();
    if (code.isPresent() && code.getAsInt() <= MAX_PLAIN_EXIT_CODE) {
      return state + " (" + code.getAsInt() + ")";
    }
    return end.signal().isPresent() ? state + " (" + end.signal().get() + ")" : state;
  }

  private static String stateColour(WorkerInfo worker) {
    if (worker.state() != WorkerState.ENDED) {
      return GREEN;
    }
    boolean succeeded = worker.end().isPresent() && worker.end().get().exitCode().orElse(1) == 0;
    return succeeded ? "" : RED;
  }

  private static void widenColumns(int[] widths, List<String> cells) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], TerminalText.displayWidth(cells.get(i)));
    }
  }

  private static String formatRow(
      List<String> cells, int[] widths, Console console, String stateColour) {
    StringBuilder row = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = cells.get(i);
      boolean coloured = i == 1 && !stateColour.isEmpty();
      row.append(coloured ? console.colour(stateColour, cell) : cell)
          .append(" ".repeat(widths[i] - TerminalText.displayWidth(cell)))
          .append(COLUMN_SEPARATOR);
    }
    return row.toString();
  }
}
