package io.luhproc.example;

/**
 * A part of a text.
 *
 * @param start where it begins, in chars
 * @param end where it ends, exclusive
 */
record Range(int start, int end) {

  /** Returns this part seen from {@code origin}. */
  Range from(int origin) {
    return new Range(start - origin, end - origin);
  }

  /** Returns this part, longer where {@code later} is behind its end. */
  Range upTo(int later) {
    return new Range(start, Math.max(end, later));
  }

  /** Returns what is here in a text. */
  String of(String text) {
    return text.substring(start, end);
  }
}
