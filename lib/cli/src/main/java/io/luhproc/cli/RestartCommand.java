package io.luhproc.cli;

import io.luhproc.worker.ProcessManager;
import picocli.CommandLine.ParseResult;

/** {@code restart TASK ID}. */
final class RestartCommand extends WorkerCommand {
  RestartCommand(ProcessManager manager) {
    super(
        manager,
        "restart",
        "Stop a worker and start it again.",
        "It gets the arguments, JVM options and directory that it had.");
    acceptTask();
    acceptId("1", "Which worker of the task.");
    acceptOutput();
  }

  @Override
  int run(ParseResult line, Console console) {
    Format format = format(line);
    print(manager().restart(task(line), id(line)), format, console);
    return ExitCode.DONE.code();
  }
}
