package io.luhproc.cli.service;

import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.cli.client.DaemonClient;
import io.luhproc.cli.text.TerminalWidth;
import io.luhproc.cli.text.TimeArguments;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/** Command {@code top}. */
final class TopCommand extends ProgramCommand {
  private static final String ONCE = "--once";
  private static final String INTERVAL = "--interval";
  private static final Duration MIN_INTERVAL = Duration.ofMillis(100);
  private static final long TICK_MILLIS = 200;
  private static final int UNLIMITED_COLUMNS = 1_000;

  TopCommand() {
    super(
        "top",
        "Show all processes with their CPU and memory, live.",
        "Keys: arrows select; s start, x stop, r restart, k kill, after a confirmation; l log;"
            + " / filter; < and > or n, c, m sort; q quit.");
    addFileOption();
    addFlag("Print the table once and exit. CPU is then the mean since the start.", ONCE);
    addValue("TIME", "Time between two updates; default 1s.", "-i", INTERVAL);
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    Duration interval = TimeArguments.parseDuration(INTERVAL, value(parseResult, INTERVAL, "1s"));
    if (interval.compareTo(MIN_INTERVAL) < 0) {
      throw usageError("--interval must be at least 100ms");
    }
    boolean isLive = !has(parseResult, ONCE);
    if (isLive && (!console.isTerminal() || isDumb())) {
      throw usageError("top needs a terminal that can move its cursor; use --once");
    }
    DaemonClient client = client(parseResult);
    TopSampler sampler = new TopSampler(client, TimeSource.system());
    List<TopRow> rows = sampler.read();
    TopFrame frame = new TopFrame(console, client.config().toString());
    TopState state = new TopState();
    state.update(rows);
    if (isLive) {
      try (TopMonitor monitor = new TopMonitor(client, sampler, rows, interval);
          TopScreen screen = TopScreen.open()) {
        show(state, frame, screen, monitor);
      }
    } else {
      int width = console.isTerminal() ? TerminalWidth.columns(System.getenv()) : UNLIMITED_COLUMNS;
      frame.drawAll(state, width).forEach(console::print);
    }
    return ExitCode.SUCCESS.code();
  }

  private static boolean isDumb() {
    return System.getenv().getOrDefault("TERM", "dumb").equals("dumb");
  }

  private static void show(TopState state, TopFrame frame, TopScreen screen, TopMonitor monitor) {
    while (true) {
      screen.updateSize();
      monitor.updateTo(state);
      screen.draw(frame.draw(state, screen.columns(), screen.rows()));
      Optional<TopScreen.KeyPress> press = screen.read(TICK_MILLIS);
      if (press.isPresent()) {
        int pageRows = TopFrame.pageRows(screen.rows());
        Optional<TopState.Request> request =
            state.onKey(press.get().key(), press.get().text(), pageRows);
        if (request.isPresent()) {
          if (!(request.get() instanceof TopState.Operate operation)) {
            return;
          }
          monitor.operate(operation);
        }
        boolean isLog = state.mode() == TopState.Mode.LOG;
        monitor.followLog(isLog ? state.selectedRow() : Optional.empty());
      }
    }
  }
}
