package io.luhproc.health;

/** The beginning of a text that somebody else wrote, as one line that a terminal can show. */
final class TextExcerpt {
  private TextExcerpt() {}

  static String of(String text, int maxLength) {
    boolean isCut = text.length() > maxLength;
    StringBuilder line = new StringBuilder(isCut ? text.substring(0, maxLength - 1) : text);
    for (int i = 0; i < line.length(); i++) {
      if (Character.isISOControl(line.charAt(i))) {
        line.setCharAt(i, ' ');
      }
    }
    return isCut ? line.append('…').toString() : line.toString().strip();
  }
}
