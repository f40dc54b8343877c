package io.luhproc.cli;

import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.WorkerInfo;
import picocli.CommandLine.ParseResult;

/** Command {@code info TASK ID...}. */
final class InfoCommand extends EachWorkerCommand {
  InfoCommand(ProcessManager manager) {
    super(
        manager,
        "info",
        "Show workers.",
        "Exits with 0 if all of them run, 1 if one has ended, 3 if one does not exist.");
    addWorkerParameters("[ID...]", "IDs of the workers.");
    addOutputOption();
  }

  @Override
  int run(WorkerRef worker, ParseResult parseResult, Console console) {
    Format format = format(parseResult);
    WorkerInfo info = find(worker);
    if (format == Format.TABLE && !worker.equals(workers(words(parseResult)).get(0))) {
      console.print("");
    }
    print(info, format, console);
    return (info.state().isAlive() ? ExitCode.SUCCESS : ExitCode.FAILURE).code();
  }

  @Override
  ExitCode fallbackExitCode() {
    return ExitCode.STATUS_UNKNOWN;
  }
}
