package io.luhproc.worker;

import io.luhproc.directory.ExitRecorder;
import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.directory.StartupOutput;
import io.luhproc.process.ProcessEnd;
import io.luhproc.relaunch.InheritedAgents;
import io.luhproc.time.Deadline;
import io.luhproc.time.DurationAndSizeFormat;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Waits until a worker is ready or has ended. */
final class ReadinessWaiter {
  private static final Duration EXIT_RECORD_TIMEOUT = Duration.ofMillis(500);

  private static final String NOT_CHECKED =
      "it may not have reached ProcessManager.check(), which must be called first in main";

  private final ManagerContext context;
  private final WorkerQuery query;

  ReadinessWaiter(ManagerContext context, WorkerQuery query) {
    this.context = context;
    this.query = query;
  }

  /**
   * Waits until the worker is ready.
   *
   * @param output the output of the worker since its launch
   * @return the worker, which may have been ready and ended since
   * @throws StartFailedException if it ended before it was ready, or was not ready in time
   */
  WorkerInfo await(StartupOutput output, WorkerInfo started, Duration timeout) {
    ProcessDirectory directory = output.directory();
    Deadline deadline = Deadline.after(context.time(), timeout);
    try {
      boolean conditionMet = deadline.await(() -> isReadyOrEnded(directory, started));
      WorkerInfo current = currentInfo(directory, started);
      if (current.state() == WorkerState.ENDED && !hasBeenReady(directory)) {
        throw endedBeforeReady(output, current);
      }
      if (!conditionMet) {
        String pid = current.identity().map(it -> Long.toString(it.pid())).orElse("?");
        throw new StartFailedException(
            "%s was not ready within %s and is still running as pid %s%s; stop it, or read %s"
                .formatted(
                    displayName(started),
                    DurationAndSizeFormat.format(timeout),
                    pid,
                    current.state() == WorkerState.STARTING ? "; " + NOT_CHECKED : "",
                    current.logFile()),
            current);
      }
      return current;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartFailedException(
          "interrupted while starting " + displayName(started) + "; it is still running", started);
    }
  }

  /** Returns whether a worker was ready that has ended since, perhaps between two checks. */
  private static boolean hasBeenReady(ProcessDirectory directory) {
    return directory.readRecord().flatMap(ProcessRecord::readyAt).isPresent();
  }

  private boolean isReadyOrEnded(ProcessDirectory directory, WorkerInfo started) {
    WorkerState state = currentInfo(directory, started).state();
    return state == WorkerState.READY || state == WorkerState.ENDED;
  }

  private WorkerInfo currentInfo(ProcessDirectory directory, WorkerInfo started) {
    return directory
        .readRecord()
        .map(it -> query.info(directory, it, started.launched()))
        .orElseThrow(
            () ->
                new StartFailedException(
                    displayName(started) + " was stopped by another call before it was ready"));
  }

  private StartFailedException endedBeforeReady(StartupOutput output, WorkerInfo current) {
    Optional<ProcessEnd> end =
        current.end().or(() -> awaitRecordedEnd(output.directory(), current));
    String cause = end.map(WorkerInfo::describe).orElse("the cause is unknown");
    return new StartFailedException(
        displayName(current)
            + " ended before it was ready: "
            + cause
            + agentHint(output.directory())
            + output.lastLines()
            + (hasRun(output.directory()) ? "" : "\n" + NOT_CHECKED));
  }

  /** Names the agents of a JVM that ended before the task began, because they may have ended it. */
  private String agentHint(ProcessDirectory directory) {
    Optional<ProcessRecord> record = directory.readRecord().filter(it -> it.runningAt().isEmpty());
    if (record.isEmpty()) {
      return "";
    }
    LaunchedCommand command = record.get().command();
    Map<String, String> environment = new HashMap<>(context.platform().environment());
    environment.keySet().removeAll(command.environmentNames());
    List<String> removed = new ArrayList<>(command.removedJvmOptions());
    removed.addAll(context.program().removedOptions());
    StringBuilder hint = new StringBuilder();
    for (String agent : InheritedAgents.find(command.argv(), environment)) {
      boolean isAdded = command.jvmOptions().stream().anyMatch(it -> it.startsWith(agent));
      if (!isAdded && removed.stream().noneMatch(agent::startsWith)) {
        hint.append(
            ("; it inherits %s, which fails if it needs a port or a file that this JVM uses: remove"
                    + " it with StartOptions.builder().withoutJvmOption(\"%s\")")
                .formatted(agent, agent));
      }
    }
    return hint.toString();
  }

  /** Returns whether the worker has recorded that its task began. */
  private static boolean hasRun(ProcessDirectory directory) {
    return directory.readRecord().flatMap(ProcessRecord::runningAt).isPresent();
  }

  /** Waits for the {@link ExitRecorder} of this JVM, which may need a moment. */
  private Optional<ProcessEnd> awaitRecordedEnd(ProcessDirectory directory, WorkerInfo current) {
    if (!current.launched()) {
      return Optional.empty();
    }
    Deadline deadline = Deadline.after(context.time(), EXIT_RECORD_TIMEOUT);
    try {
      boolean ignored =
          deadline.await(() -> directory.readRecord().flatMap(ProcessRecord::end).isPresent());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return directory.readRecord().flatMap(ProcessRecord::end);
  }

  private static String displayName(WorkerInfo info) {
    return info.task() + " (id: " + info.id() + ")";
  }
}
