package io.luhproc.time;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/**
 * The one parser of quantities that people write: {@code 10s}, {@code 1h 30m}, {@code 64MiB}; and
 * the way back to text.
 */
public final class HumanText {
  private static final String DURATION_FORMS = "a number and ms, s, m, h or d: 500ms, 10s, 1h 30m";
  private static final String SIZE_FORMS =
      "a number and B, K, M, G or T (KiB: 1024, KB: 1000): 512B, 64MiB, 10M";
  private static final String PREFIXES = "kmgt";
  private static final String[] BINARY_UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final int LONGEST_TEXT = 100;

  private HumanText() {}

  /**
   * Returns the duration that a text names: one or more of a number and {@code ms}, {@code s},
   * {@code m}, {@code h} or {@code d} (24 hours), which are added up, with or without spaces and in
   * any case; or the ISO-8601 form {@code PT10S}. A number may have a fraction; what is under a
   * nanosecond is cut.
   *
   * @throws IllegalArgumentException when the text is empty, negative, without a unit, too large or
   *     anything else; the message names the text and the accepted forms
   */
  public static Duration duration(String text) {
    String plain = plain(text);
    if (plain.startsWith("p")) {
      return iso(text, plain);
    }
    BigDecimal seconds = BigDecimal.ZERO;
    int at = 0;
    do {
      int unit = numberEnd(plain, at);
      int next = unitEnd(plain, unit);
      BigDecimal number = number(plain, at, unit);
      BigDecimal factor = secondsPer(plain.substring(unit, next).strip());
      if (number.signum() < 0 || factor.signum() == 0) {
        throw refused("duration", text, DURATION_FORMS);
      }
      seconds = seconds.add(number.multiply(factor));
      at = next;
    } while (at < plain.length());
    if (isOverLong(seconds)) {
      throw refused("duration", text, "at most " + Long.MAX_VALUE + " seconds");
    }
    BigDecimal nanos = seconds.subtract(BigDecimal.valueOf(seconds.longValue())).movePointRight(9);
    return Duration.ofSeconds(seconds.longValue(), nanos.longValue());
  }

  /**
   * Returns the number of bytes that a text names: a number, which may have a fraction, and a unit
   * in any case. {@code K}, {@code M}, {@code G}, {@code T}, also written {@code KiB} and so on,
   * are powers of 1024; {@code KB}, {@code MB}, {@code GB}, {@code TB} are powers of 1000, as dd(1)
   * has it; {@code B} and no unit at all are bytes. A fraction of a byte is cut.
   *
   * @throws IllegalArgumentException when the text is empty, negative, too large or anything else;
   *     the message names the text and the accepted forms
   */
  public static long size(String text) {
    String plain = plain(text);
    int unit = numberEnd(plain, 0);
    BigDecimal number = number(plain, 0, unit);
    BigDecimal factor = bytesPer(plain.substring(unit).strip());
    if (number.signum() < 0 || factor.signum() == 0) {
      throw refused("size", text, SIZE_FORMS);
    }
    BigDecimal bytes = number.multiply(factor);
    if (isOverLong(bytes)) {
      throw refused("size", text, "at most " + Long.MAX_VALUE + " bytes");
    }
    return bytes.longValue();
  }

  /**
   * Returns a duration as people read it: its largest unit and the one below, such as {@code 1h
   * 2m}, {@code 3d}, {@code 12s}; under a second in milliseconds. What is smaller is cut; a
   * negative one begins with {@code -}. {@link #duration(String)} reads it again.
   */
  public static String text(Duration duration) {
    if (duration.isNegative()) {
      return "-" + text(duration.negated());
    }
    long seconds = duration.toSeconds();
    if (seconds == 0) {
      return duration.toMillis() == 0 ? "0s" : duration.toMillis() + "ms";
    }
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3600) {
      return pair(seconds / 60, "m", seconds % 60, "s");
    }
    return seconds < 86400
        ? pair(seconds / 3600, "h", seconds % 3600 / 60, "m")
        : pair(seconds / 86400, "d", seconds % 86400 / 3600, "h");
  }

  /**
   * Returns a number of bytes as people read it, in powers of 1024 with at most one digit behind
   * the point, which is cut and not rounded: {@code 512B}, {@code 1.5KiB}, {@code 64MiB}. {@link
   * #size(String)} reads it again.
   *
   * @throws IllegalArgumentException when the number is negative
   */
  public static String text(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes (" + bytes + ") must not be negative");
    }
    if (bytes < 1024) {
      return bytes + "B";
    }
    int power = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
    long one = 1L << (10 * power);
    // The remainder is under 2^60, so ten times it would leave the range of a long above PiB.
    long tenth = ((bytes % one) / (one >> 10) * 10) >> 10;
    String fraction = tenth == 0 ? "" : "." + tenth;
    return bytes / one + fraction + BINARY_UNITS[power - 1];
  }

  private static String pair(long large, String largeUnit, long small, String smallUnit) {
    return small == 0 ? large + largeUnit : large + largeUnit + " " + small + smallUnit;
  }

  private static String plain(String text) {
    return text.length() > LONGEST_TEXT ? "" : text.strip().toLowerCase(Locale.ROOT);
  }

  private static Duration iso(String text, String plain) {
    try {
      Duration duration = Duration.parse(plain);
      if (!duration.isNegative()) {
        return duration;
      }
    } catch (DateTimeParseException | ArithmeticException expected) {
      // Refused below, as the other forms are: the message of the JDK names no form at all.
    }
    throw refused("duration", text, DURATION_FORMS);
  }

  private static int numberEnd(String text, int from) {
    int at = from;
    while (at < text.length() && (isDigit(text.charAt(at)) || text.charAt(at) == '.')) {
      at++;
    }
    return at;
  }

  private static int unitEnd(String text, int from) {
    int at = from;
    while (at < text.length() && !isDigit(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private static boolean isDigit(char character) {
    return character >= '0' && character <= '9';
  }

  /** Returns the number in a part of a text, -1 when there is none. */
  private static BigDecimal number(String text, int from, int to) {
    boolean digitsAround = to > from && isDigit(text.charAt(from)) && isDigit(text.charAt(to - 1));
    boolean onePoint = text.indexOf('.', from) == text.lastIndexOf('.', to - 1);
    boolean noPoint = text.indexOf('.', from) < 0 || text.indexOf('.', from) >= to;
    boolean whole = digitsAround && (noPoint || onePoint);
    return whole ? new BigDecimal(text.substring(from, to)) : BigDecimal.ONE.negate();
  }

  private static boolean isOverLong(BigDecimal number) {
    return number.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0;
  }

  /** Returns how many seconds a unit has, 0 when there is no such unit. */
  private static BigDecimal secondsPer(String unit) {
    return switch (unit) {
      case "ms" -> BigDecimal.valueOf(1, 3);
      case "s" -> BigDecimal.ONE;
      case "m" -> BigDecimal.valueOf(60);
      case "h" -> BigDecimal.valueOf(3600);
      case "d" -> BigDecimal.valueOf(86400);
      default -> BigDecimal.ZERO;
    };
  }

  /** Returns how many bytes a unit has, 0 when there is no such unit. */
  private static BigDecimal bytesPer(String unit) {
    if (unit.isEmpty() || unit.equals("b")) {
      return BigDecimal.ONE;
    }
    int power = PREFIXES.indexOf(unit.charAt(0)) + 1;
    String rest = unit.substring(1);
    if (power == 0) {
      return BigDecimal.ZERO;
    }
    return switch (rest) {
      case "", "ib" -> BigDecimal.valueOf(1024).pow(power);
      case "b" -> BigDecimal.valueOf(1000).pow(power);
      default -> BigDecimal.ZERO;
    };
  }

  private static IllegalArgumentException refused(String what, String text, String accepted) {
    String shown = text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + "…" : text;
    String sign = text.strip().startsWith("-") ? "zero or more: " : "";
    return new IllegalArgumentException(what + " (" + shown + ") must be " + sign + accepted);
  }
}
