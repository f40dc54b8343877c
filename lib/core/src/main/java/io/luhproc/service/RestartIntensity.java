package io.luhproc.service;

import io.luhproc.time.DurationRange;
import java.time.Duration;

/**
 * How many restarts of its processes a service bears before it fails as a whole; as in Erlang/OTP.
 *
 * @param maxRestarts the most restarts, at least 1
 * @param period the time in which they are counted, longer than zero
 */
public record RestartIntensity(int maxRestarts, Duration period) {
  private static final RestartIntensity UNLIMITED =
      new RestartIntensity(Integer.MAX_VALUE, Duration.ofSeconds(1));

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when one is out of its range
   */
  public RestartIntensity {
    if (maxRestarts < 1) {
      throw new IllegalArgumentException("restarts (" + maxRestarts + ") must be at least 1");
    }
    DurationRange.check("within", period);
  }

  /** Returns the default: as many as the restart policies of the processes allow. */
  public static RestartIntensity unlimited() {
    return UNLIMITED;
  }

  /** Returns whether there is a limit at all. */
  public boolean isLimited() {
    return maxRestarts != Integer.MAX_VALUE;
  }
}
