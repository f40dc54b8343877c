package io.luhproc.example;

import static java.lang.Character.UnicodeScript.HIRAGANA;
import static java.lang.Character.UnicodeScript.KATAKANA;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a text into the words that are searched. {@code camelCase}, {@code snake_case} and {@code
 * HTTPServer} give their parts and, beside the first part, the whole as one word without
 * underscores; {@code a.b.c} gives three neighbours. Ideographs and kana are words of one
 * character.
 */
final class Words {
  /** A longer run of letters is data, not a word, and is not searched. */
  private static final int LONGEST = 200;

  private final String text;
  private final List<Word> pending = new ArrayList<>();
  private int delivered;
  private int position;

  private Words(String text) {
    this.text = text;
  }

  /** Returns the words of a text, to be taken one after the other with {@link #next()}. */
  static Words of(String text) {
    return new Words(text);
  }

  /** Returns all words of a text. */
  static List<Word> listOf(String text) {
    Words words = of(text);
    List<Word> list = new ArrayList<>();
    for (Word word = words.next(); word != null; word = words.next()) {
      list.add(word);
    }
    return list;
  }

  /** Returns the next word, parts of one identifier in their order; null at the end of the text. */
  @Nullable Word next() {
    while (delivered == pending.size()) {
      pending.clear();
      delivered = 0;
      if (!readIdentifier()) {
        return null;
      }
    }
    return pending.get(delivered++);
  }

  private boolean readIdentifier() {
    int start = position;
    while (start < text.length() && !isLetter(text.codePointAt(start))) {
      start += Character.charCount(text.codePointAt(start));
    }
    if (start >= text.length()) {
      position = start;
      return false;
    }
    position = endOfIdentifier(start);
    split(start, position);
    return true;
  }

  private int endOfIdentifier(int start) {
    int first = text.codePointAt(start);
    int end = start + Character.charCount(first);
    if (standsAlone(first)) {
      return end;
    }
    while (end < text.length()) {
      int c = text.codePointAt(end);
      if (!continues(c)) {
        break;
      }
      end += Character.charCount(c);
    }
    return end;
  }

  private void split(int start, int end) {
    int partStart = start;
    int last = start;
    for (int i = start; i < end; i += Character.charCount(text.codePointAt(i))) {
      if (text.charAt(i) == '_') {
        addPart(partStart, i);
        partStart = i + 1;
      } else {
        last = i + Character.charCount(text.codePointAt(i));
        if (i > partStart && beginsPart(i, end)) {
          addPart(partStart, i);
          partStart = i;
        }
      }
    }
    addPart(partStart, end);
    addWhole(start, last);
  }

  /** Tells whether an upper-case letter follows a lower-case one, or ends a run of capitals. */
  private boolean beginsPart(int i, int end) {
    int c = text.codePointAt(i);
    if (!Character.isUpperCase(c)) {
      return false;
    }
    int before = text.codePointBefore(i);
    int next = i + Character.charCount(c);
    boolean lowerNext = next < end && Character.isLowerCase(text.codePointAt(next));
    return lowerNext ? before != '_' : !Character.isUpperCase(before) && before != '_';
  }

  private void addPart(int start, int end) {
    if (start < end && end - start <= LONGEST) {
      pending.add(new Word(fold(text.substring(start, end)), start, end, 1));
    }
  }

  private void addWhole(int start, int end) {
    int parts = pending.size();
    if (parts > 1 && end - start <= LONGEST) {
      String whole = fold(text.substring(start, end).replace("_", ""));
      pending.add(1, new Word(whole, start, end, parts));
    }
  }

  private static boolean isLetter(int c) {
    return Character.isLetterOrDigit(c);
  }

  private static boolean continues(int c) {
    return c == '_'
        || (isLetter(c) && !standsAlone(c))
        || Character.getType(c) == Character.NON_SPACING_MARK;
  }

  private static boolean standsAlone(int c) {
    if (c < 0x2E80) {
      return false;
    }
    Character.UnicodeScript script = Character.UnicodeScript.of(c);
    return Character.isIdeographic(c) || script == HIRAGANA || script == KATAKANA;
  }

  private static String fold(String word) {
    for (int i = 0; i < word.length(); i++) {
      if (word.charAt(i) > 0x7F) {
        return foldAccents(word);
      }
    }
    return word.toLowerCase(Locale.ROOT);
  }

  private static String foldAccents(String word) {
    StringBuilder folded = new StringBuilder(word.length());
    Normalizer.normalize(word, Normalizer.Form.NFKD)
        .codePoints()
        .filter(c -> Character.getType(c) != Character.NON_SPACING_MARK)
        .forEach(folded::appendCodePoint);
    return folded.toString().toLowerCase(Locale.ROOT);
  }
}
