package io.luhproc.daemon.ship;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** The header {@code Retry-After}, see RFC 9110, section 10.2.3. */
final class RetryAfter {
  private static final Duration MAX = Duration.ofHours(1);
  private static final int MAX_DIGITS = 9;

  private RetryAfter() {}

  /** Returns the delay that a number of seconds or a date asks for, at most one hour. */
  static Optional<Duration> parse(String text, Instant now) {
    String value = text.strip();
    try {
      Duration delay =
          value.matches("\\d{1," + MAX_DIGITS + "}")
              ? Duration.ofSeconds(Long.parseLong(value))
              : Duration.between(
                  now, Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(value)));
      Duration positive = delay.isNegative() ? Duration.ZERO : delay;
      return Optional.of(positive.compareTo(MAX) > 0 ? MAX : positive);
    } catch (DateTimeException | ArithmeticException expected) {
      // Any other text asks for nothing.
      return Optional.empty();
    }
  }
}
