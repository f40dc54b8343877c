package io.luhproc.cli;

import io.luhproc.cli.text.TerminalWidth;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.WorkerInfo;
import java.util.Comparator;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** Command {@code list [TASK] [--all] [-q]}, also {@code ps}. */
final class ListCommand extends WorkerCommand {
  /** Alias of this command. */
  static final String ALIAS = "ps";

  private static final String ALL = "--all";
  private static final String QUIET = "--quiet";
  private static final String NO_TRUNC = "--no-trunc";

  ListCommand(ProcessManager manager) {
    super(manager, "list", "List the workers of this app, including ended ones.");
    addEngineOption();
    addOptionalTaskParameter("Only workers of this task.");
    spec()
        .addOption(flagOption("List the workers of all apps under the root directory.", "-a", ALL));
    spec().addOption(flagOption("Print only TASK/ID, one per line.", "-q", QUIET));
    spec()
        .addOption(
            flagOption("Do not shorten tasks and IDs to the width of the terminal.", NO_TRUNC));
    addOutputOption();
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    Format format = format(parseResult);
    if (hasOption(parseResult, QUIET) && format == Format.JSON) {
      throw usageError("give either --quiet or --output=json, not both");
    }
    List<WorkerInfo> workers =
        selectWorkers(parseResult).stream()
            .sorted(Comparator.comparing(WorkerInfo::task).thenComparing(WorkerInfo::id))
            .toList();
    if (hasOption(parseResult, QUIET)) {
      printNames(workers, console);
    } else if (format == Format.TABLE) {
      boolean fits = console.isTerminal() && !hasOption(parseResult, NO_TRUNC);
      WorkerFormatter.printTable(
          workers, console, fits ? TerminalWidth.columns(System.getenv()) : Integer.MAX_VALUE);
    } else {
      try (WorkerJson json = new WorkerJson(console.out())) {
        json.writeWorkers(workers);
      }
    }
    return ExitCode.SUCCESS.code();
  }

  /** Prints names unchanged where a program reads them, because it may pass them to a command. */
  private static void printNames(List<WorkerInfo> workers, Console console) {
    for (WorkerInfo worker : workers) {
      WorkerRef name = WorkerRef.of(worker);
      console.print(console.isTerminal() ? name.escaped() : name.toString());
    }
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
