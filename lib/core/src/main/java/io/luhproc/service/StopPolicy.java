package io.luhproc.service;

import io.luhproc.process.Signal;
import java.time.Duration;

/**
 * How a process and all that it started are stopped.
 *
 * @param signal what asks them to leave; default TERM
 * @param grace how long they have for it before they are killed; default 10 s, zero kills at once
 * @param timeout the most that all of it takes; default 30 s
 */
public record StopPolicy(Signal signal, Duration grace, Duration timeout) {
  private static final StopPolicy DEFAULTS =
      new StopPolicy(Signal.TERM, Duration.ofSeconds(10), Duration.ofSeconds(30));

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when one is out of its range
   */
  public StopPolicy {
    Durations.checkNotNegative("grace", grace);
    Durations.checkPositive("timeout", timeout);
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
   */
  public StopPolicy grace(Duration other) {
    Duration room = other.plusSeconds(20);
    return new StopPolicy(signal, other, room.compareTo(timeout) > 0 ? room : timeout);
  }

  /** Returns this policy with another timeout. */
  public StopPolicy timeout(Duration other) {
    return new StopPolicy(signal, grace, other);
  }
}
