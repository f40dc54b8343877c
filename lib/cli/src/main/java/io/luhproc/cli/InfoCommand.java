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
    addTaskParameter();
    addIdParameter("1", "Which worker of the task.");
    addOutputOption();
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    Format format = format(parseResult);
    Optional<WorkerInfo> worker = manager().info(task(parseResult), id(parseResult));
    if (worker.isEmpty()) {
      console.printMessage(
          "there is no worker "
              + task(parseResult)
              + " with the id "
              + TerminalText.escapeToLine(id(parseResult)));
      return ExitCode.NOT_RUNNING.code();
    }
    print(worker.get(), format, console);
    return (worker.get().state().isAlive() ? ExitCode.SUCCESS : ExitCode.FAILURE).code();
  }

  @Override
  ExitCode fallbackExitCode() {
    return ExitCode.STATUS_UNKNOWN;
  }
}
