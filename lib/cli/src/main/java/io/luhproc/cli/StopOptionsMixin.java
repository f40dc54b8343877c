package io.luhproc.cli;

import io.luhproc.cli.text.TimeArguments;
import io.luhproc.process.Signal;
import io.luhproc.worker.StopOptions;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParseResult;

/** The options {@code [-t 10] [-s TERM]} of {@code stop} and {@code restart}. */
final class StopOptionsMixin {
  private static final String TIMEOUT = "--timeout";
  private static final String SIGNAL = "--signal";
  private static final String TIMEOUT_DESCRIPTION =
      "Time limit of the stop, including the kill, in seconds or as 2m; default 15s. 0 kills at"
          + " once.";

  private StopOptionsMixin() {}

  static void addTo(CommandSpec command) {
    command.addOption(
        WorkerCommand.valueOption("TIME", TIMEOUT_DESCRIPTION, "-t", TIMEOUT).build());
    command.addOption(
        WorkerCommand.valueOption(
                "NAME", "Signal that requests the stop; default TERM.", "-s", SIGNAL)
            .build());
  }

  static StopOptions.Builder toBuilder(ParseResult parseResult) {
    StopOptions.Builder options = withTimeout(WorkerCommand.optionValue(parseResult, TIMEOUT));
    String signal = WorkerCommand.optionValue(parseResult, SIGNAL);
    return signal == null ? options : options.signal(Signal.parse(signal));
  }

  private static StopOptions.Builder withTimeout(@Nullable String text) {
    if (text == null) {
      return StopOptions.builder();
    }
    Duration timeout = TimeArguments.parseDuration(TIMEOUT, text);
    // A kill takes time, too: zero means no grace period, as for docker stop.
    return timeout.isZero()
        ? StopOptions.builder().grace(Duration.ZERO)
        : StopOptions.within(timeout);
  }
}
