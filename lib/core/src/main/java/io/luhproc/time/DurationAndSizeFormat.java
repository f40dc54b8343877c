package io.luhproc.time;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/** Parses and formats durations and sizes such as {@code 10s}, {@code 1h 30m}, {@code 64MiB}. */
public final class DurationAndSizeFormat {
  private static final String DURATION_SYNTAX = "a number and ms, s, m, h or d: 500ms, 10s, 1h 30m";
  private static final String SIZE_SYNTAX =
      "a number and B, K, M, G or T (KiB: 1024, KB: 1000): 512B, 64MiB, 10M";
  private static final String UNIT_PREFIXES = "kmgt";
  private static final String[] BINARY_UNITS = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  private static final int MAX_TEXT_LENGTH = 100;

  private DurationAndSizeFormat() {}

  /**
   * Parses a duration.
   *
   * <p>Accepts a sum of numbers with a unit: {@code ms}, {@code s}, {@code m}, {@code h} or {@code
   * d} (24 hours), in any case, with or without spaces. Also accepts the ISO-8601 form {@code
   * PT10S}. A number may have a fraction. Fractions of a nanosecond are discarded.
   *
   * @throws IllegalArgumentException if the text is not a duration, is negative, or is too large;
   *     the message contains the text and the accepted forms
   */
  public static Duration parseDuration(String text) {
    String normalized = normalize(text);
    if (normalized.startsWith("p")) {
      return parseIso(text, normalized);
    }
    BigDecimal seconds = BigDecimal.ZERO;
    int at = 0;
    do {
      int unit = numberEnd(normalized, at);
      int next = unitEnd(normalized, unit);
      BigDecimal number = parseNumber(normalized, at, unit);
      BigDecimal factor = secondsPer(normalized.substring(unit, next).strip());
      if (number.signum() < 0 || factor.signum() == 0) {
        throw invalid("duration", text, DURATION_SYNTAX);
      }
      seconds = seconds.add(number.multiply(factor));
      at = next;
    } while (at < normalized.length());
    if (exceedsLong(seconds)) {
      throw invalid("duration", text, "at most " + Long.MAX_VALUE + " seconds");
    }
    BigDecimal nanos = seconds.subtract(BigDecimal.valueOf(seconds.longValue())).movePointRight(9);
    return Duration.ofSeconds(seconds.longValue(), nanos.longValue());
  }

  /**
   * Parses a size in bytes.
   *
   * <p>Accepts a number, which may have a fraction, and an optional unit in any case. {@code K},
   * {@code M}, {@code G}, {@code T} and {@code KiB}, {@code MiB} and so on are powers of 1024.
   * {@code KB}, {@code MB}, {@code GB}, {@code TB} are powers of 1000, as in dd(1). {@code B} and
   * no unit are bytes. Fractions of a byte are discarded.
   *
   * @throws IllegalArgumentException if the text is not a size, is negative, or is too large; the
   *     message contains the text and the accepted forms
   */
  public static long parseSize(String text) {
    String normalized = normalize(text);
    int unit = numberEnd(normalized, 0);
    BigDecimal number = parseNumber(normalized, 0, unit);
    BigDecimal factor = bytesPer(normalized.substring(unit).strip());
    if (number.signum() < 0 || factor.signum() == 0) {
      throw invalid("size", text, SIZE_SYNTAX);
    }
    BigDecimal bytes = number.multiply(factor);
    if (exceedsLong(bytes)) {
      throw invalid("size", text, "at most " + Long.MAX_VALUE + " bytes");
    }
    return bytes.longValue();
  }

  /**
   * Formats a duration in its largest unit and the next smaller one, such as {@code 1h 2m}, {@code
   * 3d}, {@code 12s}.
   *
   * <p>Durations under a second are formatted in milliseconds. Smaller units are discarded.
   * Negative durations start with {@code -}. {@link #parseDuration(String)} parses the result.
   */
  public static String format(Duration duration) {
    if (duration.isNegative()) {
      return "-" + format(duration.negated());
    }
    long seconds = duration.toSeconds();
    if (seconds == 0) {
      return duration.toMillis() == 0 ? "0s" : duration.toMillis() + "ms";
    }
    if (seconds < 60) {
      return seconds + "s";
    }
    if (seconds < 3600) {
      return formatTwoUnits(seconds / 60, "m", seconds % 60, "s");
    }
    return seconds < 86400
        ? formatTwoUnits(seconds / 3600, "h", seconds % 3600 / 60, "m")
        : formatTwoUnits(seconds / 86400, "d", seconds % 86400 / 3600, "h");
  }

  /**
   * Formats a number of bytes in powers of 1024, such as {@code 512B}, {@code 1.5KiB}, {@code
   * 64MiB}.
   *
   * <p>The result has at most one decimal, which is truncated, not rounded. {@link
   * #parseSize(String)} parses the result.
   *
   * @throws IllegalArgumentException if the number is negative
   */
  public static String format(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes (" + bytes + ") must not be negative");
    }
    if (bytes < 1024) {
      return bytes + "B";
    }
    int power = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
    long unit = 1L << (10 * power);
    // Divide before multiplying: ten times the remainder would overflow for PiB and EiB.
    long tenth = ((bytes % unit) / (unit >> 10) * 10) >> 10;
    String fraction = tenth == 0 ? "" : "." + tenth;
    return bytes / unit + fraction + BINARY_UNITS[power - 1];
  }

  private static String formatTwoUnits(long large, String largeUnit, long small, String smallUnit) {
    return small == 0 ? large + largeUnit : large + largeUnit + " " + small + smallUnit;
  }

  private static String normalize(String text) {
    return text.length() > MAX_TEXT_LENGTH ? "" : text.strip().toLowerCase(Locale.ROOT);
  }

  private static Duration parseIso(String text, String normalized) {
    try {
      Duration duration = Duration.parse(normalized);
      if (!duration.isNegative()) {
        return duration;
      }
    } catch (DateTimeParseException | ArithmeticException expected) {
      // Rejected below with the accepted forms, which the message of the JDK does not contain.
    }
    throw invalid("duration", text, DURATION_SYNTAX);
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

  /** Parses the number in a part of a text; returns -1 if there is none. */
  private static BigDecimal parseNumber(String text, int from, int to) {
    boolean hasOuterDigits =
        to > from && isDigit(text.charAt(from)) && isDigit(text.charAt(to - 1));
    boolean hasOnePoint = text.indexOf('.', from) == text.lastIndexOf('.', to - 1);
    boolean hasNoPoint = text.indexOf('.', from) < 0 || text.indexOf('.', from) >= to;
    boolean valid = hasOuterDigits && (hasNoPoint || hasOnePoint);
    return valid ? new BigDecimal(text.substring(from, to)) : BigDecimal.ONE.negate();
  }

  private static boolean exceedsLong(BigDecimal number) {
    return number.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0;
  }

  /** Returns the number of seconds per unit; 0 if the unit is unknown. */
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

  /** Returns the number of bytes per unit; 0 if the unit is unknown. */
  private static BigDecimal bytesPer(String unit) {
    if (unit.isEmpty() || unit.equals("b")) {
      return BigDecimal.ONE;
    }
    int power = UNIT_PREFIXES.indexOf(unit.charAt(0)) + 1;
    String suffix = unit.substring(1);
    if (power == 0) {
      return BigDecimal.ZERO;
    }
    return switch (suffix) {
      case "", "ib" -> BigDecimal.valueOf(1024).pow(power);
      case "b" -> BigDecimal.valueOf(1000).pow(power);
      default -> BigDecimal.ZERO;
    };
  }

  private static IllegalArgumentException invalid(String quantity, String text, String accepted) {
    String excerpt =
        text.length() > MAX_TEXT_LENGTH ? text.substring(0, MAX_TEXT_LENGTH) + "…" : text;
    String range = text.strip().startsWith("-") ? "zero or more: " : "";
    return new IllegalArgumentException(
        quantity + " (" + excerpt + ") must be " + range + accepted);
  }
}
