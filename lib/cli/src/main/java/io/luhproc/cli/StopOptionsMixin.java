package io.luhproc.cli;

import io.luhproc.process.Signal;
import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.worker.StopOptions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** {@code [--timeout 10s] [--signal TERM]}: how a worker is stopped. */
final class StopOptionsMixin {
  private static final String TIMEOUT = "--timeout";
  private static final String SIGNAL = "--signal";

  private StopOptionsMixin() {}

  static void addTo(CommandSpec command, String timeoutDescription) {
    command.addOption(WorkerCommand.valueOption("TIME", timeoutDescription, TIMEOUT).build());
    command.addOption(
        WorkerCommand.valueOption("NAME", "The signal that asks it to stop; default TERM.", SIGNAL)
            .build());
  }

  static StopOptions.Builder toBuilder(ParseResult parseResult) {
    String timeout = WorkerCommand.optionValue(parseResult, TIMEOUT);
    StopOptions.Builder options =
        timeout == null
            ? StopOptions.builder()
            : StopOptions.within(DurationAndSizeFormat.parseDuration(timeout));
    String signal = WorkerCommand.optionValue(parseResult, SIGNAL);
    return signal == null ? options : options.signal(Signal.parse(signal));
  }
}
