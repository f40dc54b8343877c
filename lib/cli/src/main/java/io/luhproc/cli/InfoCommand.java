package io.luhproc.cli;

import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.WorkerInfo;
import java.util.Optional;
import picocli.CommandLine.ParseResult;

/** Command {@code info TASK ID}. */
final class InfoCommand extends WorkerCommand {
  InfoCommand(ProcessManager manager) {
    super(
        manager,
        "info",
        "Show one worker.",
        "Exits with 0 if it runs, 1 if it has ended, 3 if it does not exist.");
    addTaskParameter();
    addIdParameter("1", "ID of the worker.");
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
              + " with the ID "
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
