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

/** {@code logs TASK ID [-f] [-n N] [--since 10m] [--stderr] [--both]}. */
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
        "Show what a worker wrote: the last 100 lines of its stdout.",
        "Lines come as they are, with the colours and control characters in them.");
    acceptTask();
    acceptId("1", "Which worker of the task.");
    spec().addOption(flag("Go on with new lines, until Ctrl-C or a stop.", "-f", FOLLOW));
    spec().addOption(value("N", "How many of the last lines.", "-n", LINES).build());
    spec()
        .addOption(
            value("TIME", "Lines since then: 10m ago, or 2026-01-31T12:00:00Z.", SINCE).build());
    spec().addOption(flag("Its stderr.", STDERR));
    spec().addOption(flag("Both streams; each line says which one it is of.", BOTH));
    acceptOutput();
  }

  @Override
  int run(ParseResult line, Console console) {
    LinePrinter.Style style = style(line);
    Range range = range(line);
    ProcessLog log = streams(manager().logs(task(line), id(line)), line);
    try (LinePrinter printer = new LinePrinter(console, style)) {
      if (has(line, FOLLOW)) {
        return follow(log, range, printer).code();
      }
      print(log, range, printer);
    } catch (LinePrinter.NobodyTakes expected) {
      // There is nothing left to do; whether there is something to complain about, the console
      // knows.
    }
    return ExitCode.DONE.code();
  }

  private LinePrinter.Style style(ParseResult line) {
    if (has(line, STDERR) && has(line, BOTH)) {
      throw misuse("give either --stderr or --both, not both");
    }
    return new LinePrinter.Style(format(line), has(line, BOTH), has(line, FOLLOW));
  }

  private static ProcessLog streams(ProcessLog log, ParseResult line) {
    if (has(line, BOTH)) {
      return log.both();
    }
    return has(line, STDERR) ? log.err() : log.out();
  }

  private Range range(ParseResult line) {
    String lines = given(line, LINES);
    String since = given(line, SINCE);
    if (lines != null && since != null) {
      throw misuse("give either --lines or --since, not both");
    }
    if (since != null) {
      return new Range(0, instant(since));
    }
    return new Range(lines == null ? DEFAULT_LINES : number(lines), null);
  }

  private int number(String lines) {
    try {
      int number = Integer.parseInt(lines);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException expected) {
      // Refused below, with what it must be.
    }
    throw misuse("--lines (" + lines + ") must be a number from 0 to " + Integer.MAX_VALUE);
  }

  private Instant instant(String since) {
    if (since.indexOf('T') > 0) {
      try {
        return Instant.parse(since);
      } catch (DateTimeParseException expected) {
        throw misuse("--since (" + since + ") must be 10m and the like, or 2026-01-31T12:00:00Z");
      }
    }
    try {
      return TimeSource.system().now().minus(DurationAndSizeFormat.parseDuration(since));
    } catch (java.time.DateTimeException | ArithmeticException expected) {
      // Longer ago than there is time for: everything.
      return Instant.EPOCH;
    }
  }

  private static void print(ProcessLog log, Range range, LinePrinter printer) {
    if (range.since() != null) {
      log.forEachSince(range.since(), printer);
    } else {
      log.tail(range.lines()).forEach(printer::onLine);
    }
  }

  private static ExitCode follow(ProcessLog log, Range range, LinePrinter printer) {
    LogSubscription follow =
        range.since() != null
            ? log.followSince(range.since(), printer)
            : log.followFromTail(range.lines(), printer);
    try (follow) {
      printer.awaitEnd();
      return ExitCode.DONE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.FAILED;
    }
  }

  /**
   * Which lines to begin with.
   *
   * @param lines how many of the last lines
   * @param since the time to begin at instead
   */
  private record Range(int lines, @Nullable Instant since) {}
}
