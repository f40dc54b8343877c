package io.luhproc.cli;

import io.luhproc.cli.text.TerminalText;
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

/** Formats workers as text: the lines of {@code info} and the table of {@code list}. */
final class WorkerFormatter {
  private static final String MISSING_VALUE = "-";
  private static final String COLUMN_SEPARATOR = "  ";
  private static final List<String> HEADER = List.of("TASK", "STATE", "PID", "UPTIME", "RSS");
  private static final String LAST_HEADER = "ID";
  private static final int MIN_COLUMNS = 4;
  // Larger codes are 128 + signal number; the name of the signal is shown instead.
  private static final int MAX_PLAIN_EXIT_CODE = 128;
  private static final String GREEN = "32";
  private static final String RED = "31";

  private WorkerFormatter() {}

  /** Returns the lines of {@link WorkerInfo#toString()}, with all texts escaped. */
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
            worker.cpuTime(),
            worker.engine().map(WorkerFormatter::escapeEngine));
    return escaped.toString();
  }

  private static WorkerInfo.EngineRun escapeEngine(WorkerInfo.EngineRun run) {
    return new WorkerInfo.EngineRun(
        TerminalText.escapeToLine(run.address()),
        TerminalText.escapeToLine(run.incarnation()),
        run.where().map(TerminalText::escapeToLine),
        run.detail().map(TerminalText::escapeToLine));
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

  /** Returns the result of a stop in one line. */
  static String format(StopResult result) {
    String worker = WorkerRef.of(result).escaped();
    String duration = DurationAndSizeFormat.format(result.elapsed());
    return switch (result.outcome()) {
      case STOPPED -> worker + ": stopped in " + duration;
      case KILLED -> worker + ": killed after " + duration + " because it did not stop in time";
      case NOT_RUNNING -> worker + ": not running";
    };
  }

  /**
   * Returns a worker in one line, such as {@code INDEXER/main: started, pid 4711}.
   *
   * @param event what has happened to it
   */
  static String format(WorkerInfo worker, String event) {
    String pid = worker.identity().isPresent() ? ", pid " + worker.identity().get().pid() : "";
    return WorkerRef.of(worker).escaped() + ": " + event + pid;
  }

  /**
   * Prints a table of workers. The ID is the last column, so that its length and writing direction
   * cannot move other columns.
   *
   * @param maxColumns the width of the table; tasks and IDs are shortened in the middle to fit
   */
  static void printTable(List<WorkerInfo> workers, Console console, int maxColumns) {
    int[] widths = new int[HEADER.size()];
    widenColumns(widths, HEADER);
    int idWidth = LAST_HEADER.length();
    for (WorkerInfo worker : workers) {
      widenColumns(widths, cells(worker));
      idWidth = Math.max(idWidth, TerminalText.displayWidth(escapedId(worker)));
    }
    int fixedWidth = 0;
    for (int i = 1; i < widths.length; i++) {
      fixedWidth += widths[i];
    }
    int available = maxColumns - fixedWidth - widths.length * COLUMN_SEPARATOR.length();
    // The ID tells the workers of a task apart, so it gets at least half of what is left.
    idWidth =
        Math.max(MIN_COLUMNS, Math.min(idWidth, Math.max(available / 2, available - widths[0])));
    widths[0] = Math.max(MIN_COLUMNS, Math.min(widths[0], available - idWidth));
    console.print(formatRow(HEADER, widths, console, "") + LAST_HEADER);
    for (WorkerInfo worker : workers) {
      console.print(
          formatRow(cells(worker), widths, console, stateColour(worker))
              + TerminalText.truncateMiddle(escapedId(worker), idWidth));
    }
  }

  private static String escapedId(WorkerInfo worker) {
    return TerminalText.escapeToLine(worker.id());
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
    if (worker.state() == WorkerState.LOST) {
      return RED;
    }
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
      String cell = TerminalText.truncateMiddle(cells.get(i), widths[i]);
      boolean coloured = i == 1 && !stateColour.isEmpty();
      row.append(coloured ? console.colour(stateColour, cell) : cell)
          .append(" ".repeat(widths[i] - TerminalText.displayWidth(cell)))
          .append(COLUMN_SEPARATOR);
    }
    return row.toString();
  }
}
