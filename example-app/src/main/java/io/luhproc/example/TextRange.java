package io.luhproc.example;

/**
 * A part of a text.
 *
 * @param start where it begins, in chars
 * @param end where it ends, exclusive
 */
record TextRange(int start, int end) {

  /** Returns this part seen from {@code origin}. */
  TextRange relativeTo(int origin) {
    return new TextRange(start - origin, end - origin);
  }

  /** Returns this part, longer where {@code newEnd} is behind its end. */
  TextRange extendTo(int newEnd) {
    return new TextRange(start, Math.max(end, newEnd));
  }

  /** Returns what is here in a text. */
  String substring(String text) {
    return text.substring(start, end);
  }
}
