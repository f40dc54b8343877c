package io.luhproc.cli.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Escapes untrusted text, such as IDs and failure messages, for a terminal. Escaped text contains
 * no control sequence, no line break and no change of the writing direction.
 */
public final class TerminalText {
  private static final String ELLIPSIS = "...";
  private static final int ZERO_WIDTH_NON_JOINER = 0x200C;
  private static final int ZERO_WIDTH_JOINER = 0x200D;
  private static final int FIRST_TAG_CHARACTER = 0xE0020;
  private static final int LAST_TAG_CHARACTER = 0xE007F;

  /**
   * First and last code point of the ranges that are two columns wide: approximately the classes W
   * and F of Unicode TR 11.
   */
  private static final int[] WIDE_RANGES = {
    0x1100, 0x115F, 0x231A, 0x231B, 0x23E9, 0x23F3, 0x2614, 0x2615, 0x2648, 0x2653, 0x26A1, 0x26A1,
    0x26C4, 0x26C5, 0x2705, 0x2705, 0x2728, 0x2728, 0x274C, 0x274C, 0x2753, 0x2757, 0x2B50, 0x2B55,
    0x2E80, 0x303E, 0x3041, 0xA4CF, 0xA960, 0xA97C, 0xAC00, 0xD7A3, 0xF900, 0xFAFF, 0xFE30, 0xFE6F,
    0xFF01, 0xFF60, 0xFFE0, 0xFFE6, 0x1F1E6, 0x1F1FF, 0x1F300, 0x1F64F, 0x1F680, 0x1F6FF, 0x1F7E0,
    0x1F7EB, 0x1F90C, 0x1F9FF, 0x1FA70, 0x1FAFF, 0x20000, 0x3FFFD
  };

  private TerminalText() {}

  /** Loaded for logs only. */
  private static final class Colours {
    private static final Pattern SEQUENCE = Pattern.compile("\u001b\\[[0-9;:]*m");
  }

  /** Returns the text as one line, with unprintable characters as {@code \}{@code u001b}. */
  public static String escapeToLine(String text) {
    return escape(text, false);
  }

  /** Returns the text escaped as by {@link #escapeToLine}, but with its line feeds and tabs. */
  public static String escapeKeepingLines(String text) {
    return escape(text, true);
  }

  /**
   * Returns a line of a log escaped as by {@link #escapeToLine}, but with its tabs and colours. A
   * coloured line ends with a reset. Colours are the sequences of ECMA-48 8.3.117 (SGR).
   */
  public static String escapeKeepingColours(String line) {
    Matcher colours = Colours.SEQUENCE.matcher(line);
    StringBuilder escaped = new StringBuilder();
    int end = 0;
    while (colours.find()) {
      escaped.append(escape(line.substring(end, colours.start()), true)).append(colours.group());
      end = colours.end();
    }
    return escaped + escape(line.substring(end), true) + (end == 0 ? "" : "\u001b[m");
  }

  private static String escape(String text, boolean keepLines) {
    StringBuilder escaped = new StringBuilder(text.length());
    for (int index = 0;
        index < text.length();
        index += Character.charCount(text.codePointAt(index))) {
      int codePoint = text.codePointAt(index);
      if (isPrintable(codePoint) || (keepLines && (codePoint == '\n' || codePoint == '\t'))) {
        escaped.appendCodePoint(codePoint);
      } else {
        escaped.append("\\u").append(hex(codePoint));
      }
    }
    return escaped.toString();
  }

  private static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      // Some of these join emoji and scripts; the others change the direction or are invisible.
      case Character.FORMAT ->
          codePoint == ZERO_WIDTH_JOINER
              || codePoint == ZERO_WIDTH_NON_JOINER
              || (codePoint >= FIRST_TAG_CHARACTER && codePoint <= LAST_TAG_CHARACTER);
      default -> true;
    };
  }

  private static String hex(int codePoint) {
    String digits = Integer.toHexString(codePoint);
    return "0".repeat(Math.max(0, 4 - digits.length())) + digits;
  }

  /**
   * Returns a printable text shortened to a number of columns. The middle is replaced by an
   * ellipsis, because the names of folders differ at both ends.
   */
  public static String truncateMiddle(String text, int maxColumns) {
    if (displayWidth(text) <= maxColumns) {
      return text;
    }
    int keptColumns = Math.max(0, maxColumns - ELLIPSIS.length());
    int headEnd = headEnd(text, (keptColumns + 1) / 2);
    int tailStart = tailStart(text, keptColumns - displayWidth(text.substring(0, headEnd)));
    return text.substring(0, headEnd) + ELLIPSIS + text.substring(Math.max(headEnd, tailStart));
  }

  private static int headEnd(String text, int maxColumns) {
    int used = 0;
    int index = 0;
    while (index < text.length() && used + characterWidth(text.codePointAt(index)) <= maxColumns) {
      used += characterWidth(text.codePointAt(index));
      index += Character.charCount(text.codePointAt(index));
    }
    return index;
  }

  private static int tailStart(String text, int maxColumns) {
    int used = 0;
    int index = text.length();
    while (index > 0 && used + characterWidth(text.codePointBefore(index)) <= maxColumns) {
      used += characterWidth(text.codePointBefore(index));
      index -= Character.charCount(text.codePointBefore(index));
    }
    // A combining mark would attach to the ellipsis.
    while (index < text.length() && characterWidth(text.codePointAt(index)) == 0) {
      index += Character.charCount(text.codePointAt(index));
    }
    return index;
  }

  /** Returns the number of terminal columns of a text, as wcwidth(3) counts them. */
  public static int displayWidth(String text) {
    int width = 0;
    for (int index = 0;
        index < text.length();
        index += Character.charCount(text.codePointAt(index))) {
      width += characterWidth(text.codePointAt(index));
    }
    return width;
  }

  private static int characterWidth(int codePoint) {
    if (codePoint < WIDE_RANGES[0]) {
      return isZeroWidth(codePoint) ? 0 : 1;
    }
    for (int i = 0; i < WIDE_RANGES.length && WIDE_RANGES[i] <= codePoint; i += 2) {
      if (codePoint <= WIDE_RANGES[i + 1]) {
        return 2;
      }
    }
    return isZeroWidth(codePoint) ? 0 : 1;
  }

  private static boolean isZeroWidth(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> true;
      default -> false;
    };
  }
}
