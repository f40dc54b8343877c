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
final class WorkerText {
  private static final String NOTHING = "-";
  private static final String GAP = "  ";
  private static final List<String> HEADER = List.of("TASK", "STATE", "PID", "UPTIME", "RSS");
  private static final String LAST_HEADER = "ID";
  // Above are 128 and the number of a signal, whose name says more.
  private static final int LARGEST_EXIT_CODE = 128;
  private static final String GREEN = "32";
  private static final String RED = "31";

  private WorkerText() {}

  /** Returns the lines of {@link WorkerInfo#toString()}, whatever its texts contain. */
  static String of(WorkerInfo worker) {
    WorkerInfo shown =
        new WorkerInfo(
            VisibleText.line(worker.task()),
            VisibleText.line(worker.id()),
            worker.state(),
            worker.launched(),
            worker.identity(),
            path(worker.directory()),
            path(worker.logFile()),
            path(worker.errorFile()),
            worker.started(),
            worker.uptime(),
            worker.end().isPresent() ? Optional.of(end(worker.end().get())) : Optional.empty(),
            worker.rssBytes(),
            worker.cpuTime());
    return shown.toString();
  }

  private static Path path(Path path) {
    return Path.of(VisibleText.line(path.toString()));
  }

  private static ProcessEnd end(ProcessEnd end) {
    return new ProcessEnd(
        end.time(),
        end.exitCode(),
        end.signal(),
        end.failure().map(VisibleText::line),
        VisibleText.line(end.reason()));
  }

  /** Returns what a stop did, in one line. */
  static String of(StopResult result) {
    String who = VisibleText.line(result.task()) + " " + VisibleText.line(result.id());
    String took = DurationAndSizeFormat.format(result.elapsed());
    return switch (result.outcome()) {
      case STOPPED -> who + ": stopped in " + took;
      case KILLED -> who + ": killed after " + took + ", as it did not stop when asked to";
      case NOT_RUNNING -> who + ": does not run";
    };
  }

  /**
   * Prints a table. The id comes last, so that no length and no writing direction of it moves
   * another column; on a terminal its middle is left out where it does not fit.
   *
   * @param idColumns how many columns an id may take on a terminal
   */
  static void table(List<WorkerInfo> workers, Console console, int idColumns) {
    int[] widths = new int[HEADER.size()];
    widen(widths, HEADER);
    for (WorkerInfo worker : workers) {
      widen(widths, cells(worker));
    }
    console.print(row(HEADER, widths, console, "") + LAST_HEADER);
    for (WorkerInfo worker : workers) {
      String id = VisibleText.line(worker.id());
      String shown = console.manner().terminal() ? VisibleText.shortened(id, idColumns) : id;
      console.print(row(cells(worker), widths, console, colour(worker)) + shown);
    }
  }

  private static List<String> cells(WorkerInfo worker) {
    return List.of(
        VisibleText.line(worker.task()),
        state(worker),
        worker.identity().isPresent() && worker.state().isAlive()
            ? Long.toString(worker.identity().get().pid())
            : NOTHING,
        worker.uptime().isPresent() ? DurationAndSizeFormat.format(worker.uptime().get()) : NOTHING,
        worker.rssBytes().isPresent()
            ? DurationAndSizeFormat.format(worker.rssBytes().getAsLong())
            : NOTHING);
  }

  private static String state(WorkerInfo worker) {
    String state = worker.state().name().toLowerCase(Locale.ROOT);
    if (worker.end().isEmpty()) {
      return state;
    }
    ProcessEnd end = worker.end().get();
    OptionalInt code = end.exitCode();
    if (code.isPresent() && code.getAsInt() <= LARGEST_EXIT_CODE) {
      return state + " (" + code.getAsInt() + ")";
    }
    return end.signal().isPresent() ? state + " (" + end.signal().get() + ")" : state;
  }

  private static String colour(WorkerInfo worker) {
    if (worker.state() != WorkerState.ENDED) {
      return GREEN;
    }
    boolean well = worker.end().isPresent() && worker.end().get().exitCode().orElse(1) == 0;
    return well ? "" : RED;
  }

  private static void widen(int[] widths, List<String> cells) {
    for (int i = 0; i < widths.length; i++) {
      widths[i] = Math.max(widths[i], VisibleText.columns(cells.get(i)));
    }
  }

  private static String row(List<String> cells, int[] widths, Console console, String stateColour) {
    StringBuilder row = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = cells.get(i);
      boolean coloured = i == 1 && !stateColour.isEmpty();
      row.append(coloured ? console.colour(stateColour, cell) : cell)
          .append(" ".repeat(widths[i] - VisibleText.columns(cell)))
          .append(GAP);
    }
    return row.toString();
  }
}
