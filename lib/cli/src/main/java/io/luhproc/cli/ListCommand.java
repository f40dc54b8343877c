package io.luhproc.cli;

import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.WorkerInfo;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** {@code list [TASK] [--all]}, also {@code ps}. */
final class ListCommand extends WorkerCommand {
  /** The other name of this command. */
  static final String ALIAS = "ps";

  private static final String ALL = "--all";
  private static final int ID_COLUMNS = 60;

  ListCommand(ProcessManager manager) {
    super(manager, "list", "List the workers of this app, those that have ended too.");
    acceptTaskIfGiven("Only the workers of this task.");
    spec().addOption(flag("Everything under the root, whichever app started it.", "-a", ALL));
    acceptOutput();
  }

  @Override
  int run(ParseResult line, Console console) {
    Format format = format(line);
    List<WorkerInfo> workers = workers(line);
    switch (format) {
      case TABLE -> WorkerText.table(workers, console, ID_COLUMNS);
      case JSON -> {
        try (WorkerJson json = new WorkerJson(console.out())) {
          json.workers(workers);
        }
      }
    }
    return ExitCode.DONE.code();
  }

  private List<WorkerInfo> workers(ParseResult line) {
    if (!line.hasMatchedPositional(0)) {
      return has(line, ALL) ? manager().listAll() : manager().list();
    }
    if (has(line, ALL)) {
      throw misuse("give either a TASK or --all, not both");
    }
    return manager().list(task(line));
  }
}
