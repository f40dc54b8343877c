package io.luhproc.cli;

import io.luhproc.LuhprocException;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StopOptions;
import io.luhproc.worker.StopResult;
import io.luhproc.worker.WorkerInfo;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** Command {@code prune [TASK]}. */
final class PruneCommand extends WorkerCommand {
  PruneCommand(ProcessManager manager) {
    super(
        manager,
        "prune",
        "Remove the directories and logs of all workers of this app that have ended.",
        "Processes that such a worker left behind are stopped.");
    addEngineOption();
    addOptionalTaskParameter("Only workers of this task.");
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    List<WorkerInfo> workers =
        parseResult.hasMatchedPositional(0) ? manager().list(task(parseResult)) : manager().list();
    StopOptions options = StopOptions.builder().keepLogs(false).build();
    boolean nothing = true;
    int code = ExitCode.SUCCESS.code();
    for (WorkerInfo worker : workers) {
      if (worker.state().isAlive()) {
        continue;
      }
      nothing = false;
      try {
        StopResult ignored = manager().stop(worker.task(), worker.id(), options);
        console.print(WorkerRef.of(worker).escaped() + ": removed");
      } catch (LuhprocException e) {
        code = report(e, console);
      }
    }
    if (nothing) {
      console.printMessage("no worker to remove");
    }
    return code;
  }
}
