package io.luhproc.health;

import io.luhproc.time.HumanText;
import java.time.Duration;

/** The range of durations that make sense here, in one place. */
final class Limits {
  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofDays(365);

  private Limits() {}

  /** Refuses what is under 1 ms or over a year: far below where nanoseconds overflow. */
  static void check(String name, Duration duration) {
    if (duration.compareTo(SHORTEST) < 0) {
      throw refused(name, duration);
    }
    checkNotLong(name, duration);
  }

  /** Refuses what is negative or over a year. */
  static void checkOrZero(String name, Duration duration) {
    if (duration.isNegative()) {
      throw refused(name, duration);
    }
    checkNotLong(name, duration);
  }

  private static void checkNotLong(String name, Duration duration) {
    if (duration.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          name + " (" + duration + ") must be at most " + HumanText.text(LONGEST));
    }
  }

  private static IllegalArgumentException refused(String name, Duration duration) {
    String least = duration.isNegative() ? "not be negative" : "be at least 1ms";
    return new IllegalArgumentException(name + " (" + duration + ") must " + least);
  }

  /** Refuses a port that no TCP server can have. */
  static void checkPort(int port) {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port (" + port + ") must be from 1 to 65535");
    }
  }
}
