package io.luhproc.worker;

import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.process.ProcessEnd;
import io.luhproc.time.Deadline;
import io.luhproc.time.DurationAndSizeFormat;
import java.time.Duration;
import java.util.Optional;

/** Waits until a worker says that it is ready, or is found dead. */
final class ReadinessWaiter {
  private final ManagerContext context;
  private final WorkerQuery query;

  ReadinessWaiter(ManagerContext context, WorkerQuery query) {
    this.context = context;
    this.query = query;
  }

  /**
   * Waits.
   *
   * @param output what the worker has written since before it was launched
   * @return what is then known about the worker, which may have been ready and ended since
   * @throws StartFailedException when it died first, or was not ready in time
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
        throw new StartFailedException(
            displayName(started)
                + " was not ready within "
                + DurationAndSizeFormat.format(timeout)
                + ", but runs on as pid "
                + current.identity().map(it -> Long.toString(it.pid())).orElse("?")
                + ": stop it, or look into "
                + current.logFile(),
            current);
      }
      return current;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartFailedException(
          "interrupted while waiting for " + displayName(started) + " to be ready; it runs on",
          started);
    }
  }

  /** A short task may have said so and ended between two of our looks. */
  private static boolean hasBeenReady(ProcessDirectory directory) {
    return directory.readRecord().flatMap(ProcessRecord::readyAt).isPresent();
  }

  private boolean isReadyOrEnded(ProcessDirectory directory, WorkerInfo started) {
    WorkerState state = currentInfo(directory, started).state();
    return state == WorkerState.READY || state == WorkerState.ENDED;
  }

  private WorkerInfo currentInfo(ProcessDirectory directory, WorkerInfo started) {
    Optional<ProcessRecord> record = directory.readRecord();
    return record
        .map(it -> query.info(directory, it, started.launched()))
        .orElseThrow(
            () ->
                new StartFailedException(
                    displayName(started) + " was stopped by somebody before it was ready"));
  }

  private StartFailedException endedBeforeReady(StartupOutput output, WorkerInfo current) {
    Optional<ProcessEnd> end =
        current.end().or(() -> awaitRecordedEnd(output.directory(), current));
    String reason = end.map(ProcessEnd::reason).orElse("nobody saw how");
    String status = end.map(ReadinessWaiter::exitStatusSuffix).orElse("");
    return new StartFailedException(
        displayName(current)
            + " ended before it was ready: "
            + reason
            + status
            + output.lastLines());
  }

  /** Some reasons are the exit code, the others leave it to be said. */
  private static String exitStatusSuffix(ProcessEnd end) {
    String status = end.exitCode().isPresent() ? " " + end.exitCode().getAsInt() : "";
    return status.isEmpty() || end.reason().endsWith(status) ? "" : ", exit status" + status;
  }

  /**
   * The kernel tells the end to our own {@link ExitRecorder}, which may need a moment to write it.
   */
  private Optional<ProcessEnd> awaitRecordedEnd(ProcessDirectory directory, WorkerInfo current) {
    if (!current.launched()) {
      return Optional.empty();
    }
    Deadline deadline = Deadline.after(context.time(), Duration.ofMillis(500));
    try {
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
