package io.luhproc.health;

/** The beginning of a text that somebody else wrote, as one line that a terminal can show. */
final class Excerpt {
  private Excerpt() {}

  static String of(String text, int longest) {
    boolean cut = text.length() > longest;
    StringBuilder line = new StringBuilder(cut ? text.substring(0, longest - 1) : text);
    for (int i = 0; i < line.length(); i++) {
      if (Character.isISOControl(line.charAt(i))) {
        line.setCharAt(i, ' ');
      }
    }
    return cut ? line.append('…').toString() : line.toString().strip();
  }
}
