package io.luhproc.time;

import java.time.Duration;

/** The range of durations that make sense anywhere, in one place. */
public final class DurationRange {
  private static final Duration SHORTEST = Duration.ofMillis(1);
  // Far below where a sum of two no longer fits into nanoseconds, in which timers count.
  private static final Duration LONGEST = Duration.ofDays(365);

  private DurationRange() {}

  /**
   * Checks a duration and returns it.
   *
   * @throws IllegalArgumentException when it is under 1 ms or over 365 days
   */
  public static Duration check(String name, Duration duration) {
    if (duration.compareTo(SHORTEST) < 0) {
      throw tooShort(name, duration);
    }
    return checkNotLong(name, duration);
  }

  /**
   * Checks a duration that may be zero and returns it.
   *
   * @throws IllegalArgumentException when it is negative or over 365 days
   */
  public static Duration checkOrZero(String name, Duration duration) {
    if (duration.isNegative()) {
      throw tooShort(name, duration);
    }
    return checkNotLong(name, duration);
  }

  private static Duration checkNotLong(String name, Duration duration) {
    if (duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          name + " (" + duration + ") must be at most " + HumanText.text(LONGEST));
    }
    return duration;
  }

  private static IllegalArgumentException tooShort(String name, Duration duration) {
    String least = duration.isNegative() ? "not be negative" : "be at least 1ms";
    return new IllegalArgumentException(name + " (" + duration + ") must " + least);
  }
}
