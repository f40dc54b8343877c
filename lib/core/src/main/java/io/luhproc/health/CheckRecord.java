package io.luhproc.health;

import io.luhproc.time.DurationRange;
import java.time.Duration;
import java.time.Instant;

/**
 * A check that was made.
 *
 * @param startedAt when it began, by the wall clock; of one that has not returned, when that was
 *     seen
 * @param monitoredFor how long the process had been watched at that time, by a clock that never
 *     jumps
 * @param duration how long it took, or had taken when it was given up
 * @param result what it found
 */
public record CheckRecord(
    Instant startedAt, Duration monitoredFor, Duration duration, HealthResult result) {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when a duration is negative
   */
  public CheckRecord {
    DurationRange.checkOrZero("duration", duration);
    if (monitoredFor.isNegative()) {
      throw new IllegalArgumentException("age (" + monitoredFor + ") must not be negative");
    }
  }
}
