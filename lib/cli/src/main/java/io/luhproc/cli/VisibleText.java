package io.luhproc.cli;

/**
 * Text of others, such as ids and failures, made fit to be shown: nothing in it can steer a
 * terminal, start a line of its own or turn the direction of what follows.
 */
final class VisibleText {
  private static final String ELLIPSIS = "...";
  private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
  private static final int ZERO_WIDTH_JOINER = 0x200D;
  private static final int FIRST_TAG = 0xE0020;
  private static final int LAST_TAG = 0xE007F;

  /**
   * First and last of the ranges that take two columns: Unicode TR 11, W and F, in broad strokes.
   */
  private static final int[] WIDE = {
    0x1100, 0x115F, 0x231A, 0x231B, 0x23E9, 0x23F3, 0x2614, 0x2615, 0x2648, 0x2653, 0x26A1, 0x26A1,
    0x26C4, 0x26C5, 0x2705, 0x2705, 0x2728, 0x2728, 0x274C, 0x274C, 0x2753, 0x2757, 0x2B50, 0x2B55,
    0x2E80, 0x303E, 0x3041, 0xA4CF, 0xA960, 0xA97C, 0xAC00, 0xD7A3, 0xF900, 0xFAFF, 0xFE30, 0xFE6F,
    0xFF01, 0xFF60, 0xFFE0, 0xFFE6, 0x1F1E6, 0x1F1FF, 0x1F300, 0x1F64F, 0x1F680, 0x1F6FF, 0x1F7E0,
    0x1F7EB, 0x1F90C, 0x1F9FF, 0x1FA70, 0x1FAFF, 0x20000, 0x3FFFD
  };

  private VisibleText() {}

  /** Returns a text as one line: what is not to be shown appears as {@code \}{@code u001b}. */
  static String line(String text) {
    return visible(text, false);
  }

  /** Returns a text that keeps its line feeds and tabs and is otherwise as {@link #line}. */
  static String lines(String text) {
    return visible(text, true);
  }

  private static String visible(String text, boolean keepLines) {
    StringBuilder shown = new StringBuilder(text.length());
    for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
      int point = text.codePointAt(at);
      if (isShown(point) || (keepLines && (point == '\n' || point == '\t'))) {
        shown.appendCodePoint(point);
      } else {
        shown.append("\\u").append(hex(point));
      }
    }
    return shown.toString();
  }

  private static boolean isShown(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      // Emoji and scripts are joined by some of these; the others turn the direction or hide.
      case Character.FORMAT ->
          point == ZERO_WIDTH_JOINER
              || point == ZERO_WIDTH_NON_JOINER
              || (point >= FIRST_TAG && point <= LAST_TAG);
      default -> true;
    };
  }

  private static String hex(int point) {
    String digits = Integer.toHexString(point);
    return "0".repeat(Math.max(0, 4 - digits.length())) + digits;
  }

  /**
   * Returns a shown text cut down to a number of columns by leaving out its middle, as folders
   * differ at both ends.
   */
  static String shortened(String text, int columns) {
    if (columns(text) <= columns) {
      return text;
    }
    int kept = Math.max(0, columns - ELLIPSIS.length());
    int head = headEnd(text, (kept + 1) / 2);
    int tail = tailStart(text, kept - columns(text.substring(0, head)));
    return text.substring(0, head) + ELLIPSIS + text.substring(Math.max(head, tail));
  }

  private static int headEnd(String text, int columns) {
    int used = 0;
    int at = 0;
    while (at < text.length() && used + width(text.codePointAt(at)) <= columns) {
      used += width(text.codePointAt(at));
      at += Character.charCount(text.codePointAt(at));
    }
    return at;
  }

  private static int tailStart(String text, int columns) {
    int used = 0;
    int at = text.length();
    while (at > 0 && used + width(text.codePointBefore(at)) <= columns) {
      used += width(text.codePointBefore(at));
      at -= Character.charCount(text.codePointBefore(at));
    }
    // A mark would join the ellipsis.
    while (at < text.length() && width(text.codePointAt(at)) == 0) {
      at += Character.charCount(text.codePointAt(at));
    }
    return at;
  }

  /** Returns how many columns of a terminal a text takes, as wcwidth(3) has it. */
  static int columns(String text) {
    int columns = 0;
    for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
      columns += width(text.codePointAt(at));
    }
    return columns;
  }

  private static int width(int point) {
    if (point < WIDE[0]) {
      return isMark(point) ? 0 : 1;
    }
    for (int i = 0; i < WIDE.length && WIDE[i] <= point; i += 2) {
      if (point <= WIDE[i + 1]) {
        return 2;
      }
    }
    return isMark(point) ? 0 : 1;
  }

  private static boolean isMark(int point) {
    return switch (Character.getType(point)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> true;
      default -> false;
    };
  }
}
