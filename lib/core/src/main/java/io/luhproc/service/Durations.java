package io.luhproc.service;

import java.time.Duration;

/** The ranges of durations in specs. */
final class Durations {
  // Beyond it a sum of two no longer fits into nanoseconds, in which timers count.
  private static final Duration LONGEST = Duration.ofDays(36_500);

  private Durations() {}

  static Duration checkPositive(String name, Duration duration) {
    if (duration.isZero()) {
      throw new IllegalArgumentException(name + " (" + duration + ") must be longer than zero");
    }
    return checkNotNegative(name, duration);
  }

  static Duration checkNotNegative(String name, Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(name + " (" + duration + ") must not be negative");
    }
    if (duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          name + " (" + duration + ") must be at most " + LONGEST.toDays() + " days");
    }
    return duration;
  }
}
