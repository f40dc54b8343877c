package io.luhproc.directory;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/**
 * Reads what {@link Instant#toString} writes. {@link Instant#parse} reads more, but its first use
 * costs a JVM 20 ms, and the first thing that most commands and all workers do is read a time.
 */
final class InstantText {
  // 2026-11-20T17:00:00, then Z, or a point, up to 9 digits and Z.
  private static final String SHAPE = "0000-00-00T00:00:00";
  private static final int NANO_DIGITS = 9;

  private InstantText() {}

  /**
   * Returns the instant that a text says.
   *
   * @throws DateTimeException when it says none
   */
  static Instant parse(String text) {
    return isUsual(text) ? usual(text) : Instant.parse(text);
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
