package io.luhproc.cli;

import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StartOptions;
import io.luhproc.worker.StopOptions;
import picocli.CommandLine.ParseResult;

/** {@code restart TASK ID [--wait[=10s]] [--timeout 10s] [--signal TERM]}. */
final class RestartCommand extends WorkerCommand {
  RestartCommand(ProcessManager manager) {
    super(
        manager,
        "restart",
        "Stop a worker and start it again.",
        "It gets the arguments, JVM options and directory that it had; its logs stay.");
    acceptTask();
    acceptId("1", "Which worker of the task.");
    spec().addOption(WaitOption.spec());
    StopSettings.addTo(spec(), "The most that stopping takes, the kill included; default 15s.");
    acceptOutput();
  }

  @Override
  int run(ParseResult line, Console console) {
    Format format = format(line);
    StopOptions stop = StopSettings.of(line).build();
    StartOptions.Builder start = manager().startOptions(task(line), id(line)).toBuilder();
    WaitOption.apply(line, start);
    print(manager().restart(task(line), id(line), start.build(), stop), format, console);
    return ExitCode.DONE.code();
  }
}
