package io.luhproc.cli;

import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StopOptions;
import io.luhproc.worker.StopResult;
import java.util.List;
import picocli.CommandLine.ParseResult;

/** Command {@code stop TASK [ID] [--all] [--timeout 10s] [--signal TERM] [--keep-logs]}. */
final class StopCommand extends WorkerCommand {
  private static final String ALL = "--all";
  private static final String KEEP_LOGS = "--keep-logs";

  StopCommand(ProcessManager manager) {
    super(
        manager,
        "stop",
        "Stop a worker and all processes of its tree.",
        "Workers that it started keep running. On success its directory is deleted.");
    addTaskParameter();
    addIdParameter("0..1", "ID of the worker.");
    spec().addOption(flagOption("Stop all workers of the task.", "-a", ALL));
    StopOptionsMixin.addTo(spec(), "Time limit of the stop, including the kill; default 15s.");
    spec().addOption(flagOption("Keep its directory and logs.", KEEP_LOGS));
    addOutputOption();
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    Format format = format(parseResult);
    boolean all = hasOption(parseResult, ALL);
    if (all == parseResult.hasMatchedPositional(1)) {
      throw usageError(
          all
              ? "give either an ID or --all, not both"
              : "give the ID of the worker to stop, or --all for all workers of the task");
    }
    StopOptions options =
        StopOptionsMixin.toBuilder(parseResult).keepLogs(hasOption(parseResult, KEEP_LOGS)).build();
    if (all) {
      print(manager().stopAll(task(parseResult), options), format, console);
    } else {
      print(manager().stop(task(parseResult), id(parseResult), options), format, console);
    }
    return ExitCode.SUCCESS.code();
  }

  private static void print(StopResult result, Format format, Console console) {
    if (format == Format.JSON) {
      try (WorkerJson json = new WorkerJson(console.out())) {
        json.writeStop(result);
      }
    } else {
      printText(result, console);
    }
  }

  private static void print(List<StopResult> results, Format format, Console console) {
    if (format == Format.JSON) {
      try (WorkerJson json = new WorkerJson(console.out())) {
        json.writeStops(results);
      }
    } else {
      results.forEach(result -> printText(result, console));
      if (results.isEmpty()) {
        console.printMessage("no worker to stop");
      }
    }
  }

  private static void printText(StopResult result, Console console) {
    if (result.outcome() == StopResult.Outcome.NOT_RUNNING) {
      console.printMessage(WorkerFormatter.format(result));
    } else {
      console.print(WorkerFormatter.format(result));
    }
  }
}
