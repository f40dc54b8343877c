package io.luhproc.health;

import io.luhproc.time.DurationAndSizeFormat;
import java.time.Duration;

/**
 * Result of one health check.
 *
 * @param isHealthy whether the check passed
 * @param detail explanation in one line, possibly empty; control characters become spaces, and it
 *     is cut after 500 characters
 * @since 0.1
 */
public record HealthResult(boolean isHealthy, String detail) {
  private static final int MAX_DETAIL_LENGTH = 500;
  private static final HealthResult HEALTHY = new HealthResult(true, "");

  /** Creates a result; the detail is reduced to one printable line. */
  public HealthResult {
    detail = TextExcerpt.of(detail, MAX_DETAIL_LENGTH);
  }

  /** Returns a passed check without detail. */
  public static HealthResult healthy() {
    return HEALTHY;
  }

  /** Returns a passed check with a detail. */
  public static HealthResult healthy(String detail) {
    return new HealthResult(true, detail);
  }

  /** Returns a failed check with the reason. */
  public static HealthResult unhealthy(String detail) {
    return new HealthResult(false, detail);
  }

  /** Returns a failed check that exceeded its timeout. */
  public static HealthResult timedOut(Duration timeout) {
    return unhealthy("did not answer within " + DurationAndSizeFormat.format(timeout));
  }
}
