package io.luhproc.health;

import io.luhproc.time.DurationAndSizeFormat;
import java.time.Duration;

/**
 * What one check found.
 *
 * @param isHealthy whether the process does its work
 * @param detail why, in a line; may be empty; cut after 500 characters
 */
public record HealthResult(boolean isHealthy, String detail) {
  private static final int MAX_DETAIL_LENGTH = 500;
  private static final HealthResult HEALTHY = new HealthResult(true, "");

  /** Makes the detail one line of printable characters. */
  public HealthResult {
    detail = TextExcerpt.of(detail, MAX_DETAIL_LENGTH);
  }

  /** Returns that all is well. */
  public static HealthResult healthy() {
    return HEALTHY;
  }

  /** Returns that all is well, and what was seen. */
  public static HealthResult healthy(String detail) {
    return new HealthResult(true, detail);
  }

  /** Returns that the process does not do its work, and why. */
  public static HealthResult unhealthy(String detail) {
    return new HealthResult(false, detail);
  }

  /** Returns that a check took longer than it may. */
  static HealthResult timedOut(Duration timeout) {
    return unhealthy("did not answer within " + DurationAndSizeFormat.format(timeout));
  }
}
