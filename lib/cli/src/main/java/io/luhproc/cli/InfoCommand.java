package io.luhproc.cli;

import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.WorkerInfo;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/** {@code info TASK ID}. */
final class InfoCommand extends WorkerCommand {
  InfoCommand(ProcessManager manager) {
    super(
        manager,
        "info",
        "Show one worker.",
        "Exits with 0 when it runs, 1 when it has ended, 3 when there is none.");
    acceptTask();
    acceptId("1", "Which worker of the task.");
    acceptOutput();
  }

  @Override
  int run(ParseResult line, Console console) {
    Format format = format(line);
    Optional<WorkerInfo> worker = manager().info(task(line), id(line));
    if (worker.isEmpty()) {
      console.message(
          "there is no worker " + task(line) + " with the id " + VisibleText.line(id(line)));
      return ExitCode.NOT_RUNNING.code();
    }
    print(worker.get(), format, console);
    return (worker.get().state().isAlive() ? ExitCode.DONE : ExitCode.FAILED).code();
  }

  @Override
  ExitCode otherwise() {
    return ExitCode.STATUS_UNKNOWN;
  }
}
