package io.luhproc.cli;

import io.luhproc.LuhprocException;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StopOptions;
import io.luhproc.worker.StopResult;
import picocli.CommandLine.ParseResult;

/** Command {@code rm TASK ID... [--force]}. */
final class RmCommand extends EachWorkerCommand {
  private static final String FORCE = "--force";

  RmCommand(ProcessManager manager) {
    super(
        manager,
        "rm",
        "Remove the directories and logs of ended workers.",
        "Processes that such a worker left behind are stopped.");
    addWorkerParameters("[ID...]", "IDs of the workers.");
    spec().addOption(flagOption("Stop the workers that are running.", "-f", FORCE));
    StopOptionsMixin.addTo(spec());
  }

  @Override
  int run(WorkerRef worker, ParseResult parseResult, Console console) {
    StopOptions options = StopOptionsMixin.toBuilder(parseResult).keepLogs(false).build();
    if (find(worker).state().isAlive() && !hasOption(parseResult, FORCE)) {
      throw new LuhprocException(
          "cannot remove " + worker + ": it is running; stop it first, or use rm --force");
    }
    StopResult ignored = manager().stop(worker.task(), worker.id(), options);
    console.print(worker.escaped() + ": removed");
    return ExitCode.SUCCESS.code();
  }
}
