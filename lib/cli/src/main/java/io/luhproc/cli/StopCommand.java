package io.luhproc.cli;

import io.luhproc.LuhprocException;
import io.luhproc.time.Threads;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.StopOptions;
import io.luhproc.worker.StopResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import picocli.CommandLine.ParseResult;

/** Command {@code stop TASK ID... [--all] [-t 10] [-s TERM] [--rm]}. */
final class StopCommand extends WorkerCommand {
  private static final String ALL = "--all";
  private static final String REMOVE = "--rm";
  private static final String KEEP_LOGS = "--keep-logs";

  StopCommand(ProcessManager manager) {
    super(
        manager,
        "stop",
        "Stop workers and all processes of their trees.",
        "Workers that they started keep running. Their directories and logs are kept.");
    addEngineOption();
    addWorkerParameters("[ID...]", "IDs of the workers.");
    spec().addOption(flagOption("Stop all workers of the task.", "-a", ALL));
    StopOptionsMixin.addTo(spec());
    spec().addOption(flagOption("Also remove their directories and logs.", REMOVE));
    spec().addOption(flagOption("Keep their directories and logs; the default.", KEEP_LOGS));
    addOutputOption();
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    Format format = format(parseResult);
    StopOptions options = stopOptions(parseResult);
    if (!hasOption(parseResult, ALL)) {
      if (lacksId(parseResult)) {
        throw usageError("give the ID of the worker to stop, or --all for all workers of the task");
      }
      return stopEach(workers(words(parseResult)), options, format, console);
    }
    if (!lacksId(parseResult)) {
      throw usageError("give either an ID or --all, not both");
    }
    print(manager().stopAll(task(parseResult), options), format, console);
    return ExitCode.SUCCESS.code();
  }

  private StopOptions stopOptions(ParseResult parseResult) {
    if (hasOption(parseResult, REMOVE) && hasOption(parseResult, KEEP_LOGS)) {
      throw usageError("give either --rm or --keep-logs, not both");
    }
    return StopOptionsMixin.toBuilder(parseResult)
        .keepLogs(!hasOption(parseResult, REMOVE))
        .build();
  }

  /** Stops all workers at the same time, and prints the results in the order of the names. */
  private int stopEach(
      List<WorkerRef> workers, StopOptions options, Format format, Console console) {
    Map<WorkerRef, FutureTask<StopResult>> stops = new LinkedHashMap<>();
    for (WorkerRef worker : workers) {
      FutureTask<StopResult> stop = new FutureTask<>(() -> stop(worker, options));
      stops.put(worker, stop);
      Threads.daemon("stop", stop).start();
    }
    int code = ExitCode.SUCCESS.code();
    for (FutureTask<StopResult> stop : stops.values()) {
      try {
        print(await(stop), format, console);
      } catch (LuhprocException e) {
        int next = report(e, console);
        code = code == ExitCode.SUCCESS.code() ? next : code;
      }
    }
    return code;
  }

  private StopResult stop(WorkerRef worker, StopOptions options) {
    boolean exists = manager().info(worker.task(), worker.id()).isPresent();
    // Also if its directory was deleted: its processes may be alive, and can be found.
    StopResult result = manager().stop(worker.task(), worker.id(), options);
    if (!exists && result.outcome() == StopResult.Outcome.NOT_RUNNING) {
      throw missing(worker);
    }
    return result;
  }

  private static StopResult await(FutureTask<StopResult> stop) {
    try {
      return stop.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LuhprocException("interrupted while stopping workers; stop them again", e);
    }
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
      printRunning(results, console);
    }
  }

  /** Prints only the workers that ran: those that had ended before are of no interest here. */
  private static void printRunning(List<StopResult> results, Console console) {
    boolean nothing = true;
    for (StopResult result : results) {
      if (result.outcome() != StopResult.Outcome.NOT_RUNNING) {
        nothing = false;
        printText(result, console);
      }
    }
    if (nothing) {
      console.printMessage("no worker to stop");
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
