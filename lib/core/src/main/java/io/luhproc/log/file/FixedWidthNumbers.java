package io.luhproc.log.file;

/**
 * Numbers of a fixed width. A formatter would do, but its first use costs a JVM 20 ms, and every
 * worker writes a header when it begins.
 */
final class FixedWidthNumbers {
  private static final int DECIMAL = 10;
  private static final int HEXADECIMAL = 16;

  private FixedWidthNumbers() {}

  /** Appends a number with zeros in front, as {@code %0<width>d} does. */
  static StringBuilder appendDecimal(StringBuilder text, long value, int width) {
    return appendPadded(
        value < 0 ? text.append('-') : text, magnitude(value), width - (value < 0 ? 1 : 0));
  }

  private static String magnitude(long value) {
    String digits = Long.toString(value, DECIMAL);
    return value < 0 ? digits.substring(1) : digits;
  }

  /** Appends a number that is not negative with zeros in front, as {@code %0<width>x} does. */
  static StringBuilder appendHexadecimal(StringBuilder text, long value, int width) {
    return appendPadded(text, Long.toString(value, HEXADECIMAL), width);
  }

  private static StringBuilder appendPadded(StringBuilder text, String digits, int width) {
    for (int i = digits.length(); i < width; i++) {
      text.append('0');
    }
    return text.append(digits);
  }
}
