package io.luhproc.example;

import static java.lang.Character.UnicodeScript.HIRAGANA;
import static java.lang.Character.UnicodeScript.KATAKANA;

import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Splits a text into words in lower case without accents.
 *
 * <p>An identifier such as {@code camelCase}, {@code snake_case} or {@code HTTPServer} yields its
 * parts, and after the first part the whole identifier without underscores. {@code a.b.c} yields
 * three adjacent words. Each ideograph and kana is a word.
 */
final class WordTokenizer {
  /** Longer runs of letters are data rather than words and are dropped. */
  private static final int MAX_TOKEN_LENGTH = 200;

  private final String text;
  private final List<Token> pending = new ArrayList<>();
  private int nextPending;
  private int position;

  /**
   * A word of a text.
   *
   * @param text the word in lower case, without accents
   * @param start index of its first char in the text
   * @param end index after its last char in the text
   * @param partCount number of parts if this is a whole identifier, else 1
   */
  record Token(String text, int start, int end, int partCount) {

    /** Returns whether this is an identifier whose parts are tokens too. */
    boolean isWholeIdentifier() {
      return partCount > 1;
    }
  }

  WordTokenizer(String text) {
    this.text = text;
  }

  /** Returns all words of a text. */
  static List<Token> tokenize(String text) {
    WordTokenizer tokenizer = new WordTokenizer(text);
    List<Token> tokens = new ArrayList<>();
    for (Token token = tokenizer.next(); token != null; token = tokenizer.next()) {
      tokens.add(token);
    }
    return tokens;
  }

  /** Returns the next word; null at the end of the text. */
  @Nullable Token next() {
    while (nextPending == pending.size()) {
      pending.clear();
      nextPending = 0;
      if (!readIdentifier()) {
        return null;
      }
    }
    return pending.get(nextPending++);
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
    position = identifierEnd(start);
    splitIdentifier(start, position);
    return true;
  }

  private int identifierEnd(int start) {
    int first = text.codePointAt(start);
    int end = start + Character.charCount(first);
    if (isIdeographOrKana(first)) {
      return end;
    }
    while (end < text.length()) {
      int c = text.codePointAt(end);
      if (!isIdentifierPart(c)) {
        break;
      }
      end += Character.charCount(c);
    }
    return end;
  }

  private void splitIdentifier(int start, int end) {
    int partStart = start;
    int last = start;
    for (int i = start; i < end; i += Character.charCount(text.codePointAt(i))) {
      if (text.charAt(i) == '_') {
        addPart(partStart, i);
        partStart = i + 1;
      } else {
        last = i + Character.charCount(text.codePointAt(i));
        if (i > partStart && isPartStart(i, end)) {
          addPart(partStart, i);
          partStart = i;
        }
      }
    }
    addPart(partStart, end);
    addWhole(start, last);
  }

  /** Returns whether an upper-case letter follows a lower-case one, or ends a run of capitals. */
  private boolean isPartStart(int i, int end) {
    int c = text.codePointAt(i);
    if (!Character.isUpperCase(c)) {
      return false;
    }
    int previous = text.codePointBefore(i);
    int next = i + Character.charCount(c);
    boolean lowerNext = next < end && Character.isLowerCase(text.codePointAt(next));
    return lowerNext ? previous != '_' : !Character.isUpperCase(previous) && previous != '_';
  }

  private void addPart(int start, int end) {
    if (start < end && end - start <= MAX_TOKEN_LENGTH) {
      pending.add(new Token(fold(text.substring(start, end)), start, end, 1));
    }
  }

  private void addWhole(int start, int end) {
    int parts = pending.size();
    if (parts > 1 && end - start <= MAX_TOKEN_LENGTH) {
      String whole = fold(text.substring(start, end).replace("_", ""));
      pending.add(1, new Token(whole, start, end, parts));
    }
  }

  private static boolean isLetter(int c) {
    return Character.isLetterOrDigit(c);
  }

  private static boolean isIdentifierPart(int c) {
    return c == '_'
        || (isLetter(c) && !isIdeographOrKana(c))
        || Character.getType(c) == Character.NON_SPACING_MARK;
  }

  private static boolean isIdeographOrKana(int c) {
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
