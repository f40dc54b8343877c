package io.luhproc.service;

import io.luhproc.time.DurationRange;
import java.time.Duration;

/**
 * How many restarts of its processes a service bears before it fails as a whole; as in Erlang/OTP.
 *
 * @param restarts the most restarts, at least 1
 * @param within the time in which they are counted, longer than zero
 */
public record RestartIntensity(int restarts, Duration within) {
  private static final RestartIntensity UNLIMITED =
      new RestartIntensity(Integer.MAX_VALUE, Duration.ofSeconds(1));

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when one is out of its range
   */
  public RestartIntensity {
    if (restarts < 1) {
      throw new IllegalArgumentException("restarts (" + restarts + ") must be at least 1");
    }
    DurationRange.check("within", within);
  }

  /** Returns the default: as many as the restart policies of the processes allow. */
  public static RestartIntensity unlimited() {
    return UNLIMITED;
  }

  /** Returns whether there is a limit at all. */
  public boolean isLimited() {
    return restarts != Integer.MAX_VALUE;
  }
}
