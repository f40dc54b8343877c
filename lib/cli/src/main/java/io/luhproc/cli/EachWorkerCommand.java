package io.luhproc.cli;

import io.luhproc.LuhprocException;
import io.luhproc.worker.ProcessManager;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** Base of the commands that do the same with each worker of the command line, one by one. */
abstract class EachWorkerCommand extends WorkerCommand {
  EachWorkerCommand(ProcessManager manager, String name, String... description) {
    super(manager, name, description);
    addEngineOption();
  }

  /** Handles one worker and returns the exit code. */
  abstract int run(WorkerRef worker, ParseResult parseResult, Console console);

  @Override
  int run(ParseResult parseResult, Console console) {
    return runEach(workers(words(parseResult)), parseResult, console);
  }

  /**
   * Handles all workers, also after a failure.
   *
   * @return the first exit code that is not 0
   */
  final int runEach(List<WorkerRef> workers, ParseResult parseResult, Console console) {
    int code = ExitCode.SUCCESS.code();
    for (WorkerRef worker : workers) {
      int next;
      try {
        next = run(worker, parseResult, console);
      } catch (LuhprocException e) {
        next = report(e, console);
      }
      code = code == ExitCode.SUCCESS.code() ? next : code;
    }
    return code;
  }
}
