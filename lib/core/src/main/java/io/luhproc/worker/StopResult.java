package io.luhproc.worker;

import io.luhproc.process.ProcessEnd;
import io.luhproc.time.DurationAndSizeFormat;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * The outcome of a successful stop: no process of the worker is alive any more.
 *
 * @param task the variable under which the task is registered
 * @param id the id of the worker
 * @param outcome how the processes ended
 * @param elapsed how long the stop took
 * @param end how its main process ended, as the worker recorded it: exit code, exception and
 *     reason; empty if it recorded nothing, for example because it was killed. After {@code
 *     NOT_RUNNING} it is the end of the last process
 * @since 0.1
 */
public record StopResult(
    String task, String id, Outcome outcome, Duration elapsed, Optional<ProcessEnd> end) {

  /** How the processes of a worker ended. */
  public enum Outcome {
    /** All processes exited within the grace period. */
    STOPPED,
    /**
     * Some processes were killed after the grace period, or the worker ended itself because its
     * task or a stop hook did not return within {@link ProcessManager.Builder#grace(Duration)}.
     */
    KILLED,
    /** No process was alive. */
    NOT_RUNNING
  }

  /**
   * Returns a line such as {@code INDEXER (id: main): stopped in 120ms}, with the recorded end if
   * the worker failed or was killed.
   */
  @Override
  public String toString() {
    String text = outcome.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    boolean succeeded =
        outcome == Outcome.NOT_RUNNING
            || end.isEmpty()
            || (outcome == Outcome.STOPPED && end.get().exitCode().orElse(0) == 0);
    return task
        + (" (id: " + id + "): " + text + " in " + DurationAndSizeFormat.format(elapsed))
        + (succeeded ? "" : ": " + WorkerInfo.describe(end.get()));
  }
}
