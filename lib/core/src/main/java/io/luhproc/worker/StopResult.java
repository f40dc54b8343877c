package io.luhproc.worker;

import java.time.Duration;

/**
 * What a {@code stop} did. That it returned at all is the proof that nothing of the worker lives.
 *
 * @param task the variable that the task is registered under
 * @param id the id of the worker
 * @param outcome what there was to do
 * @param elapsed how long it took
 */
public record StopResult(String task, String id, Outcome outcome, Duration elapsed) {

  /** What there was to do. */
  public enum Outcome {
    /** Its processes left when they were asked to. */
    STOPPED,
    /** Some had to be killed when the grace was over. */
    KILLED,
    /** Nothing of it ran. */
    NOT_RUNNING
  }
}
