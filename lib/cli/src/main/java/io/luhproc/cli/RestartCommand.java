package io.luhproc.cli;

import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StartOptions;
import io.luhproc.worker.StopOptions;
import picocli.CommandLine.ParseResult;

/** Command {@code restart TASK ID [--wait[=10s]] [--timeout 10s] [--signal TERM]}. */
final class RestartCommand extends WorkerCommand {
  RestartCommand(ProcessManager manager) {
    super(
        manager,
        "restart",
        "Stop a worker and start it again.",
        "It keeps its arguments, JVM options, variables, directory and logs.");
    addTaskParameter();
    addIdParameter("1", "ID of the worker.");
    spec().addOption(WaitOption.spec());
    StopOptionsMixin.addTo(spec(), "Time limit of the stop, including the kill; default 15s.");
    addOutputOption();
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    Format format = format(parseResult);
    StopOptions stopOptions = StopOptionsMixin.toBuilder(parseResult).build();
    StartOptions.Builder startOptions =
        manager().startOptions(task(parseResult), id(parseResult)).toBuilder();
    WaitOption.apply(parseResult, startOptions);
    print(
        manager().restart(task(parseResult), id(parseResult), startOptions.build(), stopOptions),
        format,
        console);
    return ExitCode.SUCCESS.code();
  }
}
