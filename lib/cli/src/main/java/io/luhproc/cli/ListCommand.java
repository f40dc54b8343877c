package io.luhproc.cli;

import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.WorkerInfo;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** Command {@code list [TASK] [--all]}, also {@code ps}. */
final class ListCommand extends WorkerCommand {
  /** Alias of this command. */
  static final String ALIAS = "ps";

  private static final String ALL = "--all";
  private static final int MAX_ID_COLUMNS = 60;

  ListCommand(ProcessManager manager) {
    super(manager, "list", "List the workers of this app, including ended ones.");
    addOptionalTaskParameter("Only workers of this task.");
    spec()
        .addOption(flagOption("List the workers of all apps under the root directory.", "-a", ALL));
    addOutputOption();
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    Format format = format(parseResult);
    List<WorkerInfo> workers = selectWorkers(parseResult);
    switch (format) {
      case TABLE -> WorkerFormatter.printTable(workers, console, MAX_ID_COLUMNS);
      case JSON -> {
        try (WorkerJson json = new WorkerJson(console.out())) {
          json.writeWorkers(workers);
        }
      }
    }
    return ExitCode.SUCCESS.code();
  }

  private List<WorkerInfo> selectWorkers(ParseResult parseResult) {
    if (!parseResult.hasMatchedPositional(0)) {
      return hasOption(parseResult, ALL) ? manager().listAll() : manager().list();
    }
    if (hasOption(parseResult, ALL)) {
      throw usageError("give either a TASK or --all, not both");
    }
    return manager().list(task(parseResult));
  }
}
