package io.luhproc.cli;

import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StartOptions;
import io.luhproc.worker.StopOptions;
import io.luhproc.worker.WorkerInfo;
import picocli.CommandLine.ParseResult;

/** Command {@code restart TASK ID... [--wait[=10s]] [-t 10] [-s TERM]}. */
final class RestartCommand extends EachWorkerCommand {
  RestartCommand(ProcessManager manager) {
    super(
        manager,
        "restart",
        "Stop workers and start them again.",
        "They keep their arguments, JVM options, variables, directories and logs.");
    addWorkerParameters("[ID...]", "IDs of the workers.");
    spec().addOption(WaitOption.spec());
    StopOptionsMixin.addTo(spec());
    addOutputOption();
  }

  @Override
  int run(WorkerRef worker, ParseResult parseResult, Console console) {
    Format format = format(parseResult);
    StopOptions stopOptions = StopOptionsMixin.toBuilder(parseResult).build();
    WorkerInfo ignored = find(worker);
    StartOptions.Builder startOptions =
        manager().startOptions(worker.task(), worker.id()).toBuilder();
    WaitOption.apply(parseResult, startOptions);
    WorkerInfo restarted =
        manager().restart(worker.task(), worker.id(), startOptions.build(), stopOptions);
    print(restarted, "restarted", parseResult, format, console);
    return ExitCode.SUCCESS.code();
  }
}
