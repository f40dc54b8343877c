package io.luhproc.cli;

import io.luhproc.process.Signal;
import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.worker.StopOptions;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** The options {@code [--timeout 10s] [--signal TERM]} of {@code stop} and {@code restart}. */
final class StopOptionsMixin {
  private static final String TIMEOUT = "--timeout";
  private static final String SIGNAL = "--signal";

  private StopOptionsMixin() {}

  static void addTo(CommandSpec command, String timeoutDescription) {
    command.addOption(WorkerCommand.valueOption("TIME", timeoutDescription, TIMEOUT).build());
    command.addOption(
        WorkerCommand.valueOption("NAME", "Signal that requests the stop; default TERM.", SIGNAL)
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
