package io.luhproc.time;

import java.time.Duration;
import java.util.Objects;

/** Checks that a configured duration is in the supported range: 1 ms to 365 days. */
public final class DurationRange {
  private static final Duration MIN = Duration.ofMillis(1);
  // A sum of several such durations still fits into a long of nanoseconds.
  private static final Duration MAX = Duration.ofDays(365);

  private DurationRange() {}

  /**
   * Checks a duration and returns it.
   *
   * @throws NullPointerException with the name if it is null
   * @throws IllegalArgumentException if it is below 1 ms or above 365 days
   */
  public static Duration check(String name, Duration duration) {
    Objects.requireNonNull(duration, name);
    if (duration.compareTo(MIN) < 0) {
      throw tooShort(name, duration);
    }
    return checkMaximum(name, duration);
  }

  /**
   * Checks a duration that may be zero, and returns it.
   *
   * @throws NullPointerException with the name if it is null
   * @throws IllegalArgumentException if it is negative or above 365 days
   */
  public static Duration checkOrZero(String name, Duration duration) {
    Objects.requireNonNull(duration, name);
    if (duration.isNegative()) {
      throw tooShort(name, duration);
    }
    return checkMaximum(name, duration);
  }

  /** Returns a duration, limited to the maximum of 365 days. */
  public static Duration limit(Duration duration) {
    return duration.compareTo(MAX) > 0 ? MAX : duration;
  }

  private static Duration checkMaximum(String name, Duration duration) {
    if (duration.compareTo(MAX) > 0) {
      throw new IllegalArgumentException(
          name + " (" + duration + ") must be at most " + DurationAndSizeFormat.format(MAX));
    }
    return duration;
  }

  private static IllegalArgumentException tooShort(String name, Duration duration) {
    String least = duration.isNegative() ? "not be negative" : "be at least 1ms";
    return new IllegalArgumentException(name + " (" + duration + ") must " + least);
  }
}
