package io.luhproc.worker;

import io.luhproc.time.DurationAndSizeFormat;
import java.time.Duration;
import java.util.Locale;

/**
 * The outcome of a successful stop: no process of the worker is alive any more.
 *
 * @param task the variable under which the task is registered
 * @param id the id of the worker
 * @param outcome how the processes ended
 * @param elapsed how long the stop took
 * @since 0.1
 */
public record StopResult(String task, String id, Outcome outcome, Duration elapsed) {

  /** How the processes of a worker ended. */
  public enum Outcome {
    /** All processes exited within the grace period. */
    STOPPED,
    /** Some processes were killed after the grace period. */
    KILLED,
    /** No process was alive. */
    NOT_RUNNING
  }

  /** Returns a line such as {@code INDEXER (id: main): stopped in 120ms}. */
  @Override
  public String toString() {
    String text = outcome.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    return task + " (id: " + id + "): " + text + " in " + DurationAndSizeFormat.format(elapsed);
  }
}
