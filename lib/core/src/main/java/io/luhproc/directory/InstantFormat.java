package io.luhproc.directory;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * Writes what {@link Instant#toString} writes and reads it. The first use of that, or of {@link
 * Instant#parse}, costs a JVM 10 to 20 ms, and the first thing that most commands and all workers
 * do is read a time.
 */
final class InstantFormat {
  // 2026-11-20T17:00:00, then Z, or a point, up to 9 digits and Z.
  private static final String TEMPLATE = "0000-00-00T00:00:00";
  private static final int NANO_DIGITS = 9;
  // The years 0000 to 9999, which have four digits and no sign.
  private static final long FIRST_SECOND = -62_167_219_200L;
  private static final long LAST_SECOND = 253_402_300_799L;

  private InstantFormat() {}

  /**
   * Returns the instant that a text says.
   *
   * @throws DateTimeException when it says none
   */
  static Instant parse(String text) {
    return isCanonical(text) ? parseCanonical(text) : Instant.parse(text);
  }

  /** Returns an instant in ISO 8601, with no, 3, 6 or 9 digits behind the point. */
  static String format(Instant time) {
    if (time.getEpochSecond() < FIRST_SECOND || time.getEpochSecond() > LAST_SECOND) {
      return time.toString();
    }
    LocalDateTime utc =
        LocalDateTime.ofEpochSecond(time.getEpochSecond(), time.getNano(), ZoneOffset.UTC);
    StringBuilder text = new StringBuilder(TEMPLATE.length() + 1 + NANO_DIGITS + 1);
    appendDigits(text, utc.getYear(), 4).append('-');
    appendDigits(text, utc.getMonthValue(), 2).append('-');
    appendDigits(text, utc.getDayOfMonth(), 2).append('T');
    appendDigits(text, utc.getHour(), 2).append(':');
    appendDigits(text, utc.getMinute(), 2).append(':');
    appendDigits(text, utc.getSecond(), 2);
    appendFraction(text, utc.getNano());
    return text.append('Z').toString();
  }

  private static void appendFraction(StringBuilder text, int nanos) {
    if (nanos == 0) {
      return;
    }
    text.append('.');
    if (nanos % 1_000_000 == 0) {
      appendDigits(text, nanos / 1_000_000, 3);
    } else if (nanos % 1000 == 0) {
      appendDigits(text, nanos / 1000, 6);
    } else {
      appendDigits(text, nanos, NANO_DIGITS);
    }
  }

  private static StringBuilder appendDigits(StringBuilder text, int number, int count) {
    String plain = Integer.toString(number);
    for (int i = plain.length(); i < count; i++) {
      text.append('0');
    }
    return text.append(plain);
  }

  private static boolean isCanonical(String text) {
    int end = text.length() - 1;
    int fraction = end - TEMPLATE.length() - 1;
    boolean canonical =
        end >= TEMPLATE.length() && text.charAt(end) == 'Z' && fraction <= NANO_DIGITS;
    for (int i = 0; canonical && i < end; i++) {
      canonical = matchesTemplate(text.charAt(i), i);
    }
    return canonical && fraction != 0;
  }

  private static boolean matchesTemplate(char c, int index) {
    char expected =
        index < TEMPLATE.length() ? TEMPLATE.charAt(index) : index == TEMPLATE.length() ? '.' : '0';
    return expected == '0' ? c >= '0' && c <= '9' : c == expected;
  }

  private static Instant parseCanonical(String text) {
    int nanos = 0;
    for (int i = 0; i < NANO_DIGITS; i++) {
      int at = TEMPLATE.length() + 1 + i;
      nanos = nanos * 10 + (at < text.length() - 1 ? text.charAt(at) - '0' : 0);
    }
    return LocalDateTime.of(
            parseNumber(text, 0, 4),
            parseNumber(text, 5, 7),
            parseNumber(text, 8, 10),
            parseNumber(text, 11, 13),
            parseNumber(text, 14, 16),
            parseNumber(text, 17, 19),
            nanos)
        .toInstant(ZoneOffset.UTC);
  }

  private static int parseNumber(String text, int from, int to) {
    return Integer.parseInt(text, from, to, 10);
  }
}
