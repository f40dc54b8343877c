package io.luhproc.health;

/** Cuts external text to a length and replaces its control characters by spaces. */
final class TextExcerpt {
  private TextExcerpt() {}

  static String of(String text, int maxLength) {
    boolean tooLong = text.length() > maxLength;
    StringBuilder line = new StringBuilder(tooLong ? text.substring(0, maxLength - 1) : text);
    for (int i = 0; i < line.length(); i++) {
      if (Character.isISOControl(line.charAt(i))) {
        line.setCharAt(i, ' ');
      }
    }
    return tooLong ? line.append('…').toString() : line.toString().strip();
  }
}
