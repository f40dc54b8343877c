package io.luhproc.cli.text;

import io.luhproc.time.DurationAndSizeFormat;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Locale;

/** Parses the durations and times of options. */
public final class TimeArguments {
  private TimeArguments() {}

  /**
   * Parses a duration such as {@code 500ms}, {@code 2m} or {@code 1h 30m}. A number without a unit
   * is in seconds, as for docker and systemctl.
   *
   * @throws IllegalArgumentException if the text is not a duration; the message names the option
   */
  public static Duration parseDuration(String option, String text) {
    try {
      return DurationAndSizeFormat.parseDuration(isNumber(text) ? text.strip() + "s" : text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(option + ": " + e.getMessage(), e);
    }
  }

  /** Returns whether a text is a duration. */
  public static boolean isDuration(String text) {
    try {
      Duration ignored = parseDuration("", text);
      return true;
    } catch (IllegalArgumentException expected) {
      return false;
    }
  }

  private static boolean isNumber(String text) {
    return text.strip().matches("[0-9]+([.][0-9]+)?");
  }

  /**
   * Parses a point in time: a duration before now, a date, a time of today, or both with or without
   * a zone.
   *
   * @param now the current time, with the zone of times that name none
   * @throws IllegalArgumentException if the text is none of these; the message names the option
   */
  public static Instant parseTime(String option, String text, ZonedDateTime now) {
    String stripped = text.strip();
    if (stripped.startsWith("@") && isNumber(stripped.substring(1))) {
      return before(Instant.EPOCH, parseDuration(option, stripped.substring(1)).negated());
    }
    if (isDuration(stripped)) {
      return before(now.toInstant(), parseDuration(option, stripped));
    }
    try {
      return parseDateTime(stripped.toUpperCase(Locale.ROOT), now);
    } catch (DateTimeException expected) {
      throw new IllegalArgumentException(
          option
              + " ("
              + text
              + ") must be a duration before now such as 10m, or a time such as 2026-01-31,"
              + " 12:30, 2026-01-31T12:30 or 2026-01-31T12:30:00Z",
          expected);
    }
  }

  private static Instant before(Instant time, Duration duration) {
    try {
      return time.minus(duration);
    } catch (DateTimeException | ArithmeticException expected) {
      // Before the earliest Instant, or after the last one.
      return duration.isNegative() ? Instant.MAX : Instant.EPOCH;
    }
  }

  private static Instant parseDateTime(String text, ZonedDateTime now) {
    ZoneId zone = now.getZone();
    switch (text) {
      case "NOW" -> {
        return now.toInstant();
      }
      case "TODAY" -> {
        return startOf(now.toLocalDate(), zone);
      }
      case "YESTERDAY" -> {
        return startOf(now.toLocalDate().minusDays(1), zone);
      }
      default -> {}
    }
    String iso = text.replaceFirst("^([0-9-]+) +([0-9])", "$1T$2");
    if (iso.indexOf('T') < 0) {
      return iso.indexOf(':') < 0
          ? startOf(LocalDate.parse(iso), zone)
          : now.toLocalDate().atTime(LocalTime.parse(iso)).atZone(zone).toInstant();
    }
    return iso.matches(".*(Z|[+-][0-9]{2}(:?[0-9]{2})?)")
            && iso.substring(iso.indexOf('T')).matches(".*[Z+-].*")
        ? OffsetDateTime.parse(iso).toInstant()
        : LocalDateTime.parse(iso).atZone(zone).toInstant();
  }

  private static Instant startOf(LocalDate date, ZoneId zone) {
    return date.atStartOfDay(zone).toInstant();
  }
}
