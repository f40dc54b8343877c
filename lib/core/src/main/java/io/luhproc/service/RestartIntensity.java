package io.luhproc.service;

import io.luhproc.time.DurationRange;
import java.time.Duration;

/**
 * How many restarts of its processes are allowed before a service fails as a whole, as in
 * Erlang/OTP.
 *
 * @param maxRestarts the maximum number of restarts within the period, at least 1
 * @param period the length of the sliding window, 1 ms to 365 days
 * @since 0.1
 */
public record RestartIntensity(int maxRestarts, Duration period) {
  private static final RestartIntensity UNLIMITED =
      new RestartIntensity(Integer.MAX_VALUE, Duration.ofSeconds(1));

  /**
   * Creates an intensity.
   *
   * @throws IllegalArgumentException if a value is out of range
   */
  public RestartIntensity {
    if (maxRestarts < 1) {
      throw new IllegalArgumentException("maxRestarts (" + maxRestarts + ") must be at least 1");
    }
    DurationRange.check("period", period);
  }

  /** Returns an intensity without limit; the default. Restart policies still apply. */
  public static RestartIntensity unlimited() {
    return UNLIMITED;
  }

  /** Returns whether there is a limit. */
  public boolean isLimited() {
    return maxRestarts != Integer.MAX_VALUE;
  }
}
