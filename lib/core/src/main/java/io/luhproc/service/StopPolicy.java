package io.luhproc.service;

import io.luhproc.process.Signal;
import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.time.DurationRange;
import java.time.Duration;

/**
 * How a process and all its descendants are stopped.
 *
 * @param signal the first signal; default TERM
 * @param grace time between this signal and KILL, 0 to 365 days; default 10 s, 0 kills at once
 * @param timeout maximum time until the tree must be gone, longer than {@code grace}; default 30 s
 * @since 0.1
 */
public record StopPolicy(Signal signal, Duration grace, Duration timeout) {
  private static final Duration KILL_MARGIN = Duration.ofSeconds(20);
  private static final StopPolicy DEFAULTS =
      new StopPolicy(Signal.TERM, Duration.ofSeconds(10), Duration.ofSeconds(30));

  /**
   * Creates a policy.
   *
   * @throws IllegalArgumentException if a duration is out of range, or {@code timeout} is not
   *     longer than {@code grace}
   */
  public StopPolicy {
    DurationRange.checkOrZero("grace", grace);
    DurationRange.check("timeout", timeout);
    if (timeout.compareTo(grace) <= 0) {
      throw new IllegalArgumentException(
          "timeout ("
              + DurationAndSizeFormat.format(timeout)
              + ") must be longer than the grace period of "
              + DurationAndSizeFormat.format(grace)
              + "; set the grace period first");
    }
  }

  /** Returns the default: TERM, KILL after 10 s, timeout after 30 s. */
  public static StopPolicy defaults() {
    return DEFAULTS;
  }

  /** Returns a copy with another first signal. */
  public StopPolicy signal(Signal other) {
    return new StopPolicy(other, grace, timeout);
  }

  /**
   * Returns a copy with another grace period. The timeout is raised to 20 s more than that if it is
   * shorter.
   *
   * @throws IllegalArgumentException if it is negative or over 364 days
   */
  public StopPolicy grace(Duration other) {
    Duration minTimeout = DurationRange.checkOrZero("grace", other).plus(KILL_MARGIN);
    return new StopPolicy(signal, other, minTimeout.compareTo(timeout) > 0 ? minTimeout : timeout);
  }

  /**
   * Returns a copy with another timeout.
   *
   * @throws IllegalArgumentException if it is not longer than the grace period, or over 365 days
   */
  public StopPolicy timeout(Duration other) {
    return new StopPolicy(signal, grace, other);
  }
}
