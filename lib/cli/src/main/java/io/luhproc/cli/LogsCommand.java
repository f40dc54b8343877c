package io.luhproc.cli;

import io.luhproc.log.LogSubscription;
import io.luhproc.log.ProcessLog;
import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.time.TimeSource;
import io.luhproc.worker.ProcessManager;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/** Command {@code logs TASK ID [-f] [-n N] [--since 10m] [--stderr] [--both]}. */
final class LogsCommand extends WorkerCommand {
  private static final String FOLLOW = "--follow";
  private static final String LINES = "--lines";
  private static final String SINCE = "--since";
  private static final String STDERR = "--stderr";
  private static final String BOTH = "--both";
  private static final int DEFAULT_LINES = 100;

  LogsCommand(ProcessManager manager) {
    super(
        manager,
        "logs",
        "Print the output of a worker; by default the last 100 lines of stdout.",
        "Lines are printed unchanged, including colours and control characters.");
    addTaskParameter();
    addIdParameter("1", "ID of the worker.");
    spec()
        .addOption(
            flagOption(
                "Print new lines too, until Ctrl-C or until the worker is stopped.", "-f", FOLLOW));
    spec()
        .addOption(
            valueOption("N", "Number of last lines to print; default 100.", "-n", LINES).build());
    spec()
        .addOption(
            valueOption(
                    "TIME",
                    "Print lines since then: 10m for 10 minutes ago, or 2026-01-31T12:00:00Z.",
                    SINCE)
                .build());
    spec().addOption(flagOption("Print stderr instead of stdout.", STDERR));
    spec()
        .addOption(flagOption("Print both streams, each line with the name of its stream.", BOTH));
    addOutputOption();
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    LinePrinter.LineStyle lineStyle = lineStyle(parseResult);
    LogRange range = logRange(parseResult);
    ProcessLog log = selectStreams(manager().logs(task(parseResult), id(parseResult)), parseResult);
    try (LinePrinter printer = new LinePrinter(console, lineStyle)) {
      if (hasOption(parseResult, FOLLOW)) {
        return follow(log, range, printer).code();
      }
      print(log, range, printer);
    } catch (LinePrinter.OutputClosed expected) {
      // Console.finish distinguishes a closed pipe from a write error and sets the exit code.
    }
    return ExitCode.SUCCESS.code();
  }

  private LinePrinter.LineStyle lineStyle(ParseResult parseResult) {
    if (hasOption(parseResult, STDERR) && hasOption(parseResult, BOTH)) {
      throw usageError("give either --stderr or --both, not both");
    }
    return new LinePrinter.LineStyle(
        format(parseResult), hasOption(parseResult, BOTH), hasOption(parseResult, FOLLOW));
  }

  private static ProcessLog selectStreams(ProcessLog log, ParseResult parseResult) {
    if (hasOption(parseResult, BOTH)) {
      return log.both();
    }
    return hasOption(parseResult, STDERR) ? log.err() : log.out();
  }

  private LogRange logRange(ParseResult parseResult) {
    String lines = optionValue(parseResult, LINES);
    String since = optionValue(parseResult, SINCE);
    if (lines != null && since != null) {
      throw usageError("give either --lines or --since, not both");
    }
    if (since != null) {
      return new LogRange(0, parseSince(since));
    }
    return new LogRange(lines == null ? DEFAULT_LINES : parseLineCount(lines), null);
  }

  private int parseLineCount(String text) {
    try {
      int count = Integer.parseInt(text);
      if (count >= 0) {
        return count;
      }
    } catch (NumberFormatException expected) {
      // Reported below.
    }
    throw usageError("--lines (" + text + ") must be a number from 0 to " + Integer.MAX_VALUE);
  }

  private Instant parseSince(String text) {
    if (text.indexOf('T') > 0) {
      try {
        return Instant.parse(text);
      } catch (DateTimeParseException expected) {
        throw usageError(
            "--since ("
                + text
                + ") must be a duration such as 10m or a time such as 2026-01-31T12:00:00Z");
      }
    }
    try {
      return TimeSource.system().now().minus(DurationAndSizeFormat.parseDuration(text));
    } catch (java.time.DateTimeException | ArithmeticException expected) {
      // Before the earliest Instant, so all lines are in the range.
      return Instant.EPOCH;
    }
  }

  private static void print(ProcessLog log, LogRange range, LinePrinter printer) {
    if (range.since() != null) {
      log.forEachSince(range.since(), printer);
    } else {
      log.tail(range.lines()).forEach(printer::onLine);
    }
  }

  private static ExitCode follow(ProcessLog log, LogRange range, LinePrinter printer) {
    LogSubscription subscription =
        range.since() != null
            ? log.followSince(range.since(), printer)
            : log.followFromTail(range.lines(), printer);
    try (subscription) {
      printer.awaitEnd();
      return ExitCode.SUCCESS;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILURE;
    }
  }

  /**
   * The first line to print.
   *
   * @param lines number of last lines; ignored if {@code since} is set
   * @param since time of the first line
   */
  private record LogRange(int lines, @Nullable Instant since) {}
}
