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
final class InstantText {
  // 2026-11-20T17:00:00, then Z, or a point, up to 9 digits and Z.
  private static final String SHAPE = "0000-00-00T00:00:00";
  private static final int NANO_DIGITS = 9;
  // The years 0000 to 9999, which have four digits and no sign.
  private static final long FIRST_SECOND = -62_167_219_200L;
  private static final long LAST_SECOND = 253_402_300_799L;

  private InstantText() {}

  /**
   * Returns the instant that a text says.
   *
   * @throws DateTimeException when it says none
   */
  static Instant parse(String text) {
    return isUsual(text) ? usual(text) : Instant.parse(text);
  }

  /** Returns an instant in ISO 8601, with no, 3, 6 or 9 digits behind the point. */
  static String text(Instant time) {
    if (time.getEpochSecond() < FIRST_SECOND || time.getEpochSecond() > LAST_SECOND) {
      return time.toString();
    }
    LocalDateTime utc =
        LocalDateTime.ofEpochSecond(time.getEpochSecond(), time.getNano(), ZoneOffset.UTC);
    StringBuilder text = new StringBuilder(SHAPE.length() + 1 + NANO_DIGITS + 1);
    digits(text, utc.getYear(), 4).append('-');
    digits(text, utc.getMonthValue(), 2).append('-');
    digits(text, utc.getDayOfMonth(), 2).append('T');
    digits(text, utc.getHour(), 2).append(':');
    digits(text, utc.getMinute(), 2).append(':');
    digits(text, utc.getSecond(), 2);
    fraction(text, utc.getNano());
    return text.append('Z').toString();
  }

  private static void fraction(StringBuilder text, int nanos) {
    if (nanos == 0) {
      return;
    }
    text.append('.');
    if (nanos % 1_000_000 == 0) {
      digits(text, nanos / 1_000_000, 3);
    } else if (nanos % 1000 == 0) {
      digits(text, nanos / 1000, 6);
    } else {
      digits(text, nanos, NANO_DIGITS);
    }
  }

  private static StringBuilder digits(StringBuilder text, int number, int count) {
    String plain = Integer.toString(number);
    for (int i = plain.length(); i < count; i++) {
      text.append('0');
    }
    return text.append(plain);
  }

  private static boolean isUsual(String text) {
    int end = text.length() - 1;
    int fraction = end - SHAPE.length() - 1;
    boolean usual = end >= SHAPE.length() && text.charAt(end) == 'Z' && fraction <= NANO_DIGITS;
    for (int i = 0; usual && i < end; i++) {
      usual = fits(text.charAt(i), i);
    }
    return usual && fraction != 0;
  }

  private static boolean fits(char c, int index) {
    char wanted =
        index < SHAPE.length() ? SHAPE.charAt(index) : index == SHAPE.length() ? '.' : '0';
    return wanted == '0' ? c >= '0' && c <= '9' : c == wanted;
  }

  private static Instant usual(String text) {
    int nanos = 0;
    for (int i = 0; i < NANO_DIGITS; i++) {
      int at = SHAPE.length() + 1 + i;
      nanos = nanos * 10 + (at < text.length() - 1 ? text.charAt(at) - '0' : 0);
    }
    return LocalDateTime.of(
            number(text, 0, 4),
            number(text, 5, 7),
            number(text, 8, 10),
            number(text, 11, 13),
            number(text, 14, 16),
            number(text, 17, 19),
            nanos)
        .toInstant(ZoneOffset.UTC);
  }

  private static int number(String text, int from, int to) {
    return Integer.parseInt(text, from, to, 10);
  }
}
