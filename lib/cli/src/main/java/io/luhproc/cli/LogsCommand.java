package io.luhproc.cli;

import io.luhproc.LuhprocException;
import io.luhproc.cli.text.TimeArguments;
import io.luhproc.log.LogLine;
import io.luhproc.log.LogListener;
import io.luhproc.log.LogSubscription;
import io.luhproc.log.ProcessLog;
import io.luhproc.time.TimeSource;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.WorkerInfo;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/**
 * Command {@code logs TASK ID... [-f] [-t] [-n N] [--since TIME] [--until TIME] [--stderr]
 * [--both]}.
 */
final class LogsCommand extends WorkerCommand {
  private static final String FOLLOW = "--follow";
  private static final String TIMESTAMPS = "--timestamps";
  private static final String TAIL = "--tail";
  private static final String LINES = "--lines";
  private static final String SINCE = "--since";
  private static final String UNTIL = "--until";
  private static final String PROGRESS = "--progress";
  private static final String STDERR = "--stderr";
  private static final String BOTH = "--both";
  private static final int DEFAULT_LINES = 100;
  private static final Duration POLL_INTERVAL = Duration.ofMillis(500);
  // A worker that is restarted does not run for a moment.
  private static final int POLLS_TO_END = 3;

  LogsCommand(ProcessManager manager) {
    super(
        manager,
        "logs",
        "Print the output of workers; by default the last 100 lines of stdout.",
        "Lines are printed unchanged, including colours and control characters.");
    addEngineOption();
    addWorkerParameters("[ID...]", "IDs of the workers.");
    addOptions();
    addOutputOption();
  }

  private void addOptions() {
    spec()
        .addOption(
            flagOption(
                "Print new lines too, until Ctrl-C or until the worker has ended.", "-f", FOLLOW));
    spec().addOption(flagOption("Print the time in UTC before each line.", "-t", TIMESTAMPS));
    spec()
        .addOption(
            valueOption(
                    "N", "Number of last lines to print, or all; default 100.", "-n", TAIL, LINES)
                .build());
    spec()
        .addOption(
            valueOption(
                    "TIME",
                    "Print lines since then: 10m for 10 minutes ago, 2026-01-31, 12:30,"
                        + " 2026-01-31T12:30 or 2026-01-31T12:30:00Z.",
                    SINCE)
                .build());
    spec().addOption(valueOption("TIME", "Print lines until then.", UNTIL).build());
    spec()
        .addOption(
            flagOption("End lines at carriage returns too, to see progress bars live.", PROGRESS));
    spec().addOption(flagOption("Print stderr instead of stdout.", STDERR));
    spec()
        .addOption(flagOption("Print both streams, each line with the name of its stream.", BOTH));
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    LogRange range = logRange(parseResult);
    List<WorkerRef> workers = workers(words(parseResult));
    LinePrinter.LineStyle style = lineStyle(parseResult, workers.size() > 1);
    int code = ExitCode.SUCCESS.code();
    List<WorkerLog> logs = new ArrayList<>();
    for (WorkerRef worker : workers) {
      try {
        WorkerInfo ignored = find(worker);
        ProcessLog log = manager().logs(worker.task(), worker.id());
        logs.add(new WorkerLog(worker, selectStreams(log, parseResult)));
      } catch (LuhprocException e) {
        int next = report(e, console);
        code = code == ExitCode.SUCCESS.code() ? next : code;
      }
    }
    try (LinePrinter printer = new LinePrinter(console, style, range, logs.size())) {
      if (style.follow()) {
        follow(logs, range, printer);
      } else {
        print(logs, range, printer);
      }
    }
    return code;
  }

  private LinePrinter.LineStyle lineStyle(ParseResult parseResult, boolean several) {
    if (hasOption(parseResult, STDERR) && hasOption(parseResult, BOTH)) {
      throw usageError("give either --stderr or --both, not both");
    }
    return new LinePrinter.LineStyle(
        format(parseResult),
        several,
        hasOption(parseResult, BOTH),
        hasOption(parseResult, TIMESTAMPS),
        hasOption(parseResult, FOLLOW));
  }

  private static ProcessLog selectStreams(ProcessLog processLog, ParseResult parseResult) {
    ProcessLog log =
        hasOption(parseResult, PROGRESS) ? processLog.splitAtCarriageReturn() : processLog;
    if (hasOption(parseResult, BOTH)) {
      return log.both();
    }
    return hasOption(parseResult, STDERR) ? log.err() : log.out();
  }

  private LogRange logRange(ParseResult parseResult) {
    String tail = optionValue(parseResult, TAIL);
    Instant since = parseTime(parseResult, SINCE);
    Instant until = parseTime(parseResult, UNTIL);
    int defaultLines = since == null && until == null ? DEFAULT_LINES : Integer.MAX_VALUE;
    return new LogRange(tail == null ? defaultLines : parseLineCount(tail), since, until);
  }

  private static @Nullable Instant parseTime(ParseResult parseResult, String option) {
    String text = optionValue(parseResult, option);
    return text == null
        ? null
        : TimeArguments.parseTime(
            option, text, TimeSource.system().now().atZone(ZoneId.systemDefault()));
  }

  private int parseLineCount(String text) {
    if (text.equals("all")) {
      return Integer.MAX_VALUE;
    }
    try {
      int count = Integer.parseInt(text);
      if (count >= 0) {
        return count;
      }
    } catch (NumberFormatException expected) {
      // Reported below.
    }
    throw usageError("--tail (" + text + ") must be all or a number from 0 to 2147483647");
  }

  private static void print(List<WorkerLog> logs, LogRange range, LinePrinter printer) {
    try {
      for (WorkerLog log : logs) {
        print(log.log(), range, printer.of(log.worker()));
      }
    } catch (LinePrinter.OutputClosed expected) {
      // Console.finish distinguishes a closed pipe from a write error and sets the exit code.
    }
  }

  private static void print(ProcessLog log, LogRange range, LogListener printer) {
    if (range.isLastLines()) {
      log.tail(range.lines()).forEach(printer::onLine);
    } else if (range.lines() == Integer.MAX_VALUE) {
      log.forEachSince(range.start(), printer);
    } else {
      LastLines last = new LastLines(range);
      log.forEachSince(range.start(), last);
      last.lines.forEach(printer::onLine);
    }
  }

  private void follow(List<WorkerLog> logs, LogRange range, LinePrinter printer) {
    List<LogSubscription> subscriptions = new ArrayList<>();
    try {
      for (WorkerLog log : logs) {
        subscriptions.add(follow(log.log(), range, printer.of(log.worker())));
      }
      awaitEnd(logs, range, printer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LuhprocException("interrupted while following a log", e);
    } finally {
      subscriptions.forEach(LogSubscription::close);
    }
  }

  private static LogSubscription follow(ProcessLog log, LogRange range, LogListener printer) {
    if (range.lines() == Integer.MAX_VALUE) {
      return log.followSince(range.start(), printer);
    }
    int lines = range.lines();
    if (range.since() != null) {
      LastLines last = new LastLines(range);
      log.forEachSince(range.start(), last);
      lines = last.lines.size();
    }
    return log.followFromTail(lines, printer);
  }

  /** Waits until stdout is closed, the range has ended, or no worker runs and all is printed. */
  private void awaitEnd(List<WorkerLog> logs, LogRange range, LinePrinter printer)
      throws InterruptedException {
    int idlePolls = 0;
    long printed = -1;
    while (idlePolls < POLLS_TO_END && !printer.awaitEnd(POLL_INTERVAL)) {
      boolean isOver = range.isOver(TimeSource.system().now()) || noneRuns(logs);
      boolean isIdle = isOver && printer.printedLines() == printed;
      printed = printer.printedLines();
      idlePolls = isIdle ? idlePolls + 1 : 0;
    }
  }

  private boolean noneRuns(List<WorkerLog> logs) {
    for (WorkerLog log : logs) {
      if (manager().mayWrite(log.worker().task(), log.worker().id())) {
        return false;
      }
    }
    return true;
  }

  /**
   * The log of a worker.
   *
   * @param worker the worker
   * @param log its selected streams
   */
  private record WorkerLog(WorkerRef worker, ProcessLog log) {}

  /** Keeps the last lines of a range. */
  private static final class LastLines implements LogListener {
    private final ArrayDeque<LogLine> lines = new ArrayDeque<>();
    private final LogRange range;

    LastLines(LogRange range) {
      this.range = range;
    }

    @Override
    public void onLine(LogLine line) {
      if (!range.contains(line)) {
        return;
      }
      lines.add(line);
      if (lines.size() > range.lines()) {
        lines.remove();
      }
    }
  }
}
