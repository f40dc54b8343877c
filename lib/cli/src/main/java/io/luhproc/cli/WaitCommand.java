package io.luhproc.cli;

import io.luhproc.LuhprocException;
import io.luhproc.cli.text.TimeArguments;
import io.luhproc.process.ProcessEnd;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.WorkerInfo;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ParseResult;

/** Command {@code wait TASK ID... [-t 10]}. */
final class WaitCommand extends WorkerCommand {
  private static final String TIMEOUT = "--timeout";
  private static final Duration POLL_INTERVAL = Duration.ofMillis(100);
  // Each poll is a request to the engine.
  private static final Duration ENGINE_POLL_INTERVAL = Duration.ofSeconds(2);
  // The exit status of a process that was killed by a signal, as shells report it.
  private static final int SIGNAL_STATUS_BASE = 128;

  WaitCommand(ProcessManager manager) {
    super(
        manager,
        "wait",
        "Wait until workers have ended, and print their exit codes.",
        "Exits with the exit code of the worker; of several, with the first that is not 0.");
    addEngineOption();
    addWorkerParameters("[ID...]", "IDs of the workers.");
    spec()
        .addOption(
            valueOption(
                    "TIME", "Time limit in seconds or as 2m; then exits with 11.", "-t", TIMEOUT)
                .build());
    addOutputOption();
  }

  @Override
  int run(ParseResult parseResult, Console console) {
    Format format = format(parseResult);
    String timeout = optionValue(parseResult, TIMEOUT);
    Deadline deadline =
        timeout == null
            ? null
            : Deadline.after(TimeSource.system(), TimeArguments.parseDuration(TIMEOUT, timeout));
    List<WorkerRef> workers = workers(words(parseResult));
    int code = ExitCode.SUCCESS.code();
    for (WorkerRef worker : workers) {
      int next;
      try {
        next = await(worker, deadline, format, console);
      } catch (LuhprocException e) {
        next = report(e, console);
      }
      code = code == ExitCode.SUCCESS.code() ? next : code;
    }
    return code;
  }

  /** Returns the exit code of a worker after it has ended; a restart meanwhile is no end. */
  private int await(WorkerRef worker, @Nullable Deadline deadline, Format format, Console console) {
    WorkerInfo info = find(worker);
    while (info.state().isAlive()) {
      if (deadline != null && deadline.isExpired()) {
        console.printMessage(worker + ": still running");
        return ExitCode.NOT_READY.code();
      }
      pause(deadline, info.engine().isPresent() ? ENGINE_POLL_INTERVAL : POLL_INTERVAL);
      info = find(worker);
    }
    return print(worker, info, format, console);
  }

  private static void pause(@Nullable Deadline deadline, Duration interval) {
    Duration left = deadline == null ? interval : deadline.remaining();
    try {
      TimeSource.system().sleep(left.compareTo(interval) < 0 ? left : interval);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LuhprocException("interrupted while waiting for a worker", e);
    }
  }

  private static int print(WorkerRef worker, WorkerInfo info, Format format, Console console) {
    int code = exitCode(info);
    if (format == Format.JSON) {
      print(info, format, console);
    } else if (code >= 0) {
      console.print(Integer.toString(code));
    }
    if (code < 0) {
      console.printMessage(worker + ": ended, and its exit code is unknown");
      return ExitCode.STATUS_UNKNOWN.code();
    }
    return code;
  }

  /** Returns the exit code; -1 if it is unknown. */
  private static int exitCode(WorkerInfo info) {
    Optional<ProcessEnd> end = info.end();
    if (end.isEmpty()) {
      return -1;
    }
    if (end.get().exitCode().isPresent()) {
      return end.get().exitCode().getAsInt();
    }
    return end.get().signal().isPresent()
        ? SIGNAL_STATUS_BASE + end.get().signal().get().number()
        : -1;
  }
}
