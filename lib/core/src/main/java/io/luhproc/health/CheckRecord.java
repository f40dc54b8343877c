package io.luhproc.health;

import io.luhproc.time.DurationRange;
import java.time.Duration;
import java.time.Instant;

/**
 * One completed or timed-out health check.
 *
 * @param startedAt wall-clock time at which the check started; for a check that has not returned
 *     since its timeout, the time of this record
 * @param monitoredFor time from the start of monitoring to {@code startedAt}, measured with a
 *     monotonic clock
 * @param duration how long the check took, or how long it has been running
 * @param result the result
 * @since 0.1
 */
public record CheckRecord(
    Instant startedAt, Duration monitoredFor, Duration duration, HealthResult result) {

  /**
   * Creates a record.
   *
   * @throws IllegalArgumentException if {@code monitoredFor} or {@code duration} is negative, or
   *     {@code duration} exceeds 365 days
   */
  public CheckRecord {
    DurationRange.checkOrZero("duration", duration);
    if (monitoredFor.isNegative()) {
      throw new IllegalArgumentException(
          "monitoredFor (" + monitoredFor + ") must not be negative");
    }
  }
}
