package io.luhproc.cli.service;

import io.luhproc.cli.Console;
import io.luhproc.cli.ExitCode;
import io.luhproc.cli.client.DaemonClient;
import io.luhproc.process.Signal;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** Command {@code signal SIGNAL NAME...}. */
final class SignalCommand extends OperationCommand {
  SignalCommand() {
    super(
        "signal",
        ExitCode.FAILURE,
        "Send a signal to the running processes of services.",
        "Their child processes do not receive it. kill ends whole process trees.");
    addNames("0", "SIGNAL", "1", "A name or a number, such as HUP.");
    addNames("1..*", "NAME", "0..*", "Services, groups or globs.");
    OperationCommand ignored = withOptions();
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    Signal signal = Signal.parse(names(parseResult).get(0));
    List<String> services = List.of(parseResult.matchedPositionalValue(1, new String[0]));
    return operate(services, "signal=" + DaemonClient.encode(signal.name()), parseResult, console);
  }
}
