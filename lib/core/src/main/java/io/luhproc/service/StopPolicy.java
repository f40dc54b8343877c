package io.luhproc.service;

import io.luhproc.process.Signal;
import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.time.DurationRange;
import java.time.Duration;

/**
 * How a process and all that it started are stopped.
 *
 * @param signal what asks them to leave; default TERM
 * @param grace how long they have for it before they are killed; default 10 s, zero kills at once
 * @param timeout the most that all of it takes, so longer than the grace; default 30 s
 */
public record StopPolicy(Signal signal, Duration grace, Duration timeout) {
  private static final Duration KILL_MARGIN = Duration.ofSeconds(20);
  private static final StopPolicy DEFAULTS =
      new StopPolicy(Signal.TERM, Duration.ofSeconds(10), Duration.ofSeconds(30));

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when one is out of its range, or the timeout is over before
   *     the grace is
   */
  public StopPolicy {
    DurationRange.checkOrZero("grace", grace);
    DurationRange.check("timeout", timeout);
    if (timeout.compareTo(grace) <= 0) {
      throw new IllegalArgumentException(
          "timeout ("
              + DurationAndSizeFormat.format(timeout)
              + ") must be longer than the grace of "
              + DurationAndSizeFormat.format(grace)
              + ", after which there is still to kill; set the grace first");
    }
  }

  /** Returns the default: TERM, 10 s of grace, 30 s altogether. */
  public static StopPolicy defaults() {
    return DEFAULTS;
  }

  /** Returns this policy with another signal. */
  public StopPolicy signal(Signal other) {
    return new StopPolicy(other, grace, timeout);
  }

  /**
   * Returns this policy with another grace; the timeout is raised to 20 s above where it is less.
   *
   * @throws IllegalArgumentException when it is negative or over 364 days
   */
  public StopPolicy grace(Duration other) {
    Duration minTimeout = DurationRange.checkOrZero("grace", other).plus(KILL_MARGIN);
    return new StopPolicy(signal, other, minTimeout.compareTo(timeout) > 0 ? minTimeout : timeout);
  }

  /**
   * Returns this policy with another timeout.
   *
   * @throws IllegalArgumentException when it is not longer than the grace
   */
  public StopPolicy timeout(Duration other) {
    return new StopPolicy(signal, grace, other);
  }
}
