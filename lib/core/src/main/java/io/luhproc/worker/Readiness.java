package io.luhproc.worker;

import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.process.ProcessEnd;
import io.luhproc.time.Deadline;
import io.luhproc.time.DurationAndSizeFormat;
import java.time.Duration;
import java.util.Optional;

/** Waits until a worker says that it is ready, or is found dead. */
final class Readiness {
  private final Parts parts;
  private final Inspector inspector;

  Readiness(Parts parts, Inspector inspector) {
    this.parts = parts;
    this.inspector = inspector;
  }

  /**
   * Waits.
   *
   * @param output what the worker has written since before it was launched
   * @return what is then known about the worker, which may have been ready and ended since
   * @throws StartFailedException when it died first, or was not ready in time
   */
  WorkerInfo await(LaunchOutput output, WorkerInfo started, Duration timeout) {
    ProcessDirectory directory = output.directory();
    Deadline deadline = Deadline.after(parts.time(), timeout);
    try {
      boolean decided = deadline.await(() -> isDecided(directory, started));
      WorkerInfo now = look(directory, started);
      if (now.state() == WorkerState.ENDED && !hasBeenReady(directory)) {
        throw diedBefore(output, now);
      }
      if (!decided) {
        throw new StartFailedException(
            name(started)
                + " was not ready within "
                + DurationAndSizeFormat.format(timeout)
                + ", but runs on as pid "
                + now.identity().map(it -> Long.toString(it.pid())).orElse("?")
                + ": stop it, or look into "
                + now.logFile(),
            now);
      }
      return now;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartFailedException(
          "interrupted while waiting for " + name(started) + " to be ready; it runs on", started);
    }
  }

  /** A short task may have said so and ended between two of our looks. */
  private static boolean hasBeenReady(ProcessDirectory directory) {
    return directory.readRecord().flatMap(ProcessRecord::readyAt).isPresent();
  }

  private boolean isDecided(ProcessDirectory directory, WorkerInfo started) {
    WorkerState state = look(directory, started).state();
    return state == WorkerState.READY || state == WorkerState.ENDED;
  }

  private WorkerInfo look(ProcessDirectory directory, WorkerInfo started) {
    Optional<ProcessRecord> description = directory.readRecord();
    return description
        .map(it -> inspector.info(directory, it, started.launched()))
        .orElseThrow(
            () ->
                new StartFailedException(
                    name(started) + " was stopped by somebody before it was ready"));
  }

  private StartFailedException diedBefore(LaunchOutput output, WorkerInfo now) {
    Optional<ProcessEnd> end = now.end().or(() -> endFromParent(output.directory(), now));
    String how = end.map(ProcessEnd::reason).orElse("nobody saw how");
    String code = end.map(Readiness::code).orElse("");
    return new StartFailedException(
        name(now) + " ended before it was ready: " + how + code + output.lastLines());
  }

  /** Some reasons are the exit code, the others leave it to be said. */
  private static String code(ProcessEnd end) {
    String status = end.exitCode().isPresent() ? " " + end.exitCode().getAsInt() : "";
    return status.isEmpty() || end.reason().endsWith(status) ? "" : ", exit status" + status;
  }

  /** The kernel tells the end to our own {@link EndWatch}, which may need a moment to write it. */
  private Optional<ProcessEnd> endFromParent(ProcessDirectory directory, WorkerInfo now) {
    if (!now.launched()) {
      return Optional.empty();
    }
    Deadline moment = Deadline.after(parts.time(), Duration.ofMillis(500));
    try {
      moment.await(() -> directory.readRecord().flatMap(ProcessRecord::end).isPresent());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return directory.readRecord().flatMap(ProcessRecord::end);
  }

  private static String name(WorkerInfo info) {
    return info.task() + " (id: " + info.id() + ")";
  }
}
