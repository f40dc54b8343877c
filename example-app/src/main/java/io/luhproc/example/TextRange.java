package io.luhproc.example;

/**
 * A range of chars in a text.
 *
 * @param start index of the first char
 * @param end index after the last char
 */
record TextRange(int start, int end) {

  /** Returns this range with indexes relative to {@code origin}. */
  TextRange relativeTo(int origin) {
    return new TextRange(start - origin, end - origin);
  }

  /** Returns this range extended to {@code newEnd}, if that is larger. */
  TextRange extendTo(int newEnd) {
    return new TextRange(start, Math.max(end, newEnd));
  }

  /** Returns the text in this range. */
  String substring(String text) {
    return text.substring(start, end);
  }
}
