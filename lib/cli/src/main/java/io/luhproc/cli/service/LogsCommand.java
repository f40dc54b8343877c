package io.luhproc.cli.service;

import io.luhproc.LuhprocException;
import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.cli.client.DaemonClient;
import io.luhproc.cli.client.ServiceView;
import io.luhproc.cli.text.TimeArguments;
import io.luhproc.time.Threads;
import io.luhproc.time.TimeSource;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/** Command {@code logs NAME... [-f] [-n N] [--since TIME] [--until TIME] [--grep REGEX]}. */
final class LogsCommand extends ProgramCommand {
  private static final String FOLLOW = "--follow";
  private static final String LINES = "--lines";
  private static final String SINCE = "--since";
  private static final String UNTIL = "--until";
  private static final String GREP = "--grep";
  private static final String TIMESTAMPS = "--timestamps";
  private static final String STDOUT = "--stdout";
  private static final String STDERR = "--stderr";
  private static final String PROCESS = "--process";
  private static final int DEFAULT_LINES = 100;
  // What the daemon sends at most, unless --since is given.
  private static final int MAX_LINES = 10_000;

  LogsCommand() {
    super("logs", "Print the last lines of services, of both streams.");
    addNames("0..*", "Services, groups or globs; default: all services.");
    addFlag(
        "Print new lines too, until Ctrl-C or until the daemon has ended for long.", "-f", FOLLOW);
    spec()
        .addOption(
            value(
                    "N",
                    "Number of last lines of each process, or all; default 100, all with --since"
                        + " or --grep.",
                    "-n",
                    LINES,
                    "--tail")
                .build());
    addValue("TIME", "Lines since then: 10m for 10 minutes ago, 12:30, 2026-01-31T12:30.", SINCE);
    addValue("TIME", "Lines until then.", UNTIL);
    addValue("REGEX", "Only lines in which the regular expression is found.", "-g", GREP);
    addFlag("Print the time in UTC before each line.", "-t", TIMESTAMPS);
    addFlag("Only stdout.", STDOUT);
    addFlag("Only stderr.", STDERR);
    addValue("PROCESS", "Only this process of the services.", "-p", PROCESS);
    Reconnection.addOption(this);
    addFileOption(FILE);
    addOutputOption();
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    Range range = range(parseResult);
    DaemonClient client = client(parseResult);
    List<ServiceView> services = ServiceSelection.select(names(parseResult), client);
    boolean follows = has(parseResult, FOLLOW);
    Reconnection reconnection = Reconnection.of(parseResult, console);
    LogPrinter printer = new LogPrinter(console, style(parseResult, services));
    List<ServiceLog> logs = new ArrayList<>();
    try {
      for (ServiceView service : services) {
        String target =
            DaemonClient.path("services", service.name(), "logs") + query(parseResult, range);
        logs.add(
            follows
                ? ServiceLog.of(service.name(), reconnection.open(client, target, ""))
                : ServiceLog.of(service.name(), client.openLines(target)));
      }
      if (follows) {
        return follow(logs, printer, console);
      }
      print(logs, range, printer);
      return ExitCode.SUCCESS.code();
    } finally {
      logs.forEach(ServiceLog::close);
    }
  }

  // Options.

  /**
   * The lines to print.
   *
   * @param lines the number of last lines of each process; empty for all
   * @param since the earliest time; null for none
   * @param until the latest time; null for none
   * @param grep the pattern; null for none
   */
  private record Range(
      Optional<Integer> lines,
      @Nullable Instant since,
      @Nullable Instant until,
      @Nullable Pattern grep) {}

  private Range range(ParseResult parseResult) {
    String grep = value(parseResult, GREP);
    Range range =
        new Range(
            lines(value(parseResult, LINES, defaultLines(parseResult))),
            time(parseResult, SINCE),
            time(parseResult, UNTIL),
            grep == null ? null : Pattern.compile(grep));
    if (range.until() != null && has(parseResult, FOLLOW)) {
      throw usageError("give either --follow or --until");
    }
    if (has(parseResult, STDOUT) && has(parseResult, STDERR)) {
      throw usageError("give either --stdout or --stderr");
    }
    return range;
  }

  private static String defaultLines(ParseResult parseResult) {
    return has(parseResult, SINCE) || has(parseResult, GREP)
        ? "all"
        : Integer.toString(DEFAULT_LINES);
  }

  private Optional<Integer> lines(String text) {
    if (text.equals("all")) {
      return Optional.empty();
    }
    try {
      int lines = Integer.parseInt(text);
      if (lines >= 0 && lines <= MAX_LINES) {
        return Optional.of(lines);
      }
    } catch (NumberFormatException expected) {
      // Reported below.
    }
    throw usageError("--lines (" + text + ") must be all or a number from 0 to " + MAX_LINES);
  }

  private static @Nullable Instant time(ParseResult parseResult, String option) {
    String text = value(parseResult, option);
    return text == null
        ? null
        : TimeArguments.parseTime(
            option, text, TimeSource.system().now().atZone(ZoneId.systemDefault()));
  }

  private static String query(ParseResult parseResult, Range range) {
    StringBuilder query = new StringBuilder();
    boolean filtersLater = range.grep() != null && !has(parseResult, FOLLOW);
    if (range.lines().isPresent() && !filtersLater) {
      query.append("&lines=").append(range.lines().get());
    }
    Instant since = range.since() == null ? Instant.EPOCH : range.since();
    if (range.since() != null || range.lines().isEmpty() || filtersLater) {
      query.append("&since=").append(DaemonClient.encode(since.toString()));
    }
    if (range.until() != null) {
      query.append("&until=").append(DaemonClient.encode(range.until().toString()));
    }
    query.append(has(parseResult, STDOUT) ? "&stream=out" : "");
    query.append(has(parseResult, STDERR) ? "&stream=err" : "");
    String process = value(parseResult, PROCESS, "");
    query.append(process.isEmpty() ? "" : "&process=" + DaemonClient.encode(process));
    query.append(has(parseResult, FOLLOW) ? "&follow" : "");
    return query.isEmpty() ? "" : "?" + query.substring(1);
  }

  private LogPrinter.Style style(ParseResult parseResult, List<ServiceView> services) {
    Set<String> severalProcesses = new HashSet<>();
    for (ServiceView service : services) {
      if (service.processes().size() > 1 && !has(parseResult, PROCESS)) {
        severalProcesses.add(service.name());
      }
    }
    String grep = value(parseResult, GREP);
    return new LogPrinter.Style(
        isJson(parseResult),
        has(parseResult, TIMESTAMPS),
        services.size() > 1,
        severalProcesses,
        has(parseResult, FOLLOW),
        grep == null ? Optional.empty() : Optional.of(Pattern.compile(grep)));
  }

  // Lines.

  /** Prints the lines of all logs in the order of their times. */
  private static void print(List<ServiceLog> logs, Range range, LogPrinter printer) {
    int limit =
        range.grep() != null && range.lines().isPresent() ? range.lines().get() : Integer.MAX_VALUE;
    Deque<LogEntry> last = new ArrayDeque<>();
    boolean isOpen = true;
    for (Optional<LogEntry> entry = takeEarliest(logs);
        isOpen && entry.isPresent();
        entry = takeEarliest(logs)) {
      if (limit == Integer.MAX_VALUE) {
        isOpen = printer.print(entry.get());
      } else if (printer.accepts(entry.get())) {
        last.add(entry.get());
        if (last.size() > limit) {
          last.remove();
        }
      }
    }
    last.forEach(printer::print);
  }

  private static Optional<LogEntry> takeEarliest(List<ServiceLog> logs) {
    ServiceLog earliest = null;
    Instant time = Instant.MAX;
    for (ServiceLog log : logs) {
      Optional<LogEntry> entry = log.peek();
      if (entry.isPresent() && (earliest == null || entry.get().time().isBefore(time))) {
        earliest = log;
        time = entry.get().time();
      }
    }
    return earliest == null ? Optional.empty() : earliest.take();
  }

  /** Prints the lines of all logs as they come, until all have ended or stdout is closed. */
  private int follow(List<ServiceLog> logs, LogPrinter printer, Console console) {
    // The failure of each log that has ended; empty if it has ended in order.
    BlockingQueue<Optional<LuhprocException>> ended = new LinkedBlockingQueue<>();
    for (ServiceLog log : logs) {
      Threads.daemon("log", () -> ended.add(printAll(log, printer))).start();
    }
    try {
      for (int i = 0; i < logs.size(); i++) {
        Optional<LuhprocException> failure = ended.take();
        if (failure.isPresent() || console.hasOutputFailed()) {
          return failure.isPresent() ? report(failure.get(), console) : 0;
        }
      }
      return ExitCode.SUCCESS.code();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LuhprocException("interrupted while following logs", e);
    }
  }

  private static Optional<LuhprocException> printAll(ServiceLog log, LogPrinter printer) {
    try {
      Optional<LogEntry> entry = log.take();
      while (entry.isPresent() && printer.print(entry.get())) {
        entry = log.take();
      }
      return Optional.empty();
    } catch (LuhprocException e) {
      return Optional.of(e);
    }
  }
}
