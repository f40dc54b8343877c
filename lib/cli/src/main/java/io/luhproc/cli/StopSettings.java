package io.luhproc.cli;

import io.luhproc.process.Signal;
import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.worker.StopOptions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code [--timeout 10s] [--signal TERM]}: how a worker is stopped. */
final class StopSettings {
  private static final String TIMEOUT = "--timeout";
  private static final String SIGNAL = "--signal";

  private StopSettings() {}

  static void addTo(CommandSpec command, String timeout) {
    command.addOption(WorkerCommand.value("TIME", timeout, TIMEOUT).build());
    command.addOption(
        WorkerCommand.value("NAME", "The signal that asks it to stop; default TERM.", SIGNAL)
            .build());
  }

  static StopOptions.Builder of(ParseResult line) {
    String timeout = WorkerCommand.given(line, TIMEOUT);
    StopOptions.Builder options =
        timeout == null
            ? StopOptions.builder()
            : StopOptions.within(DurationAndSizeFormat.parseDuration(timeout));
    String signal = WorkerCommand.given(line, SIGNAL);
    return signal == null ? options : options.signal(Signal.parse(signal));
  }
}
