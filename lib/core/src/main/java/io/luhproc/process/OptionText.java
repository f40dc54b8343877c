package io.luhproc.process;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The text of a variable with JVM options: words between white space, in which either kind of quote
 * protects what stands between two of them; there is no escape. The JVM and its launcher agree on
 * it.
 */
final class OptionText {
  private static final String WHITE_SPACE = " \t\n\r\f\u000b";

  private OptionText() {}

  /** Returns the words of a text, null when a quote is left open. */
  static @Nullable List<String> words(String text) {
    List<String> words = new ArrayList<>();
    int at = skipWhiteSpace(text, 0);
    while (at < text.length()) {
      StringBuilder word = new StringBuilder();
      at = takeWord(text, at, word);
      if (at < 0) {
        return null;
      }
      words.add(word.toString());
      at = skipWhiteSpace(text, at);
    }
    return words;
  }

  /** Returns a text that is read back as just these words. */
  static String join(List<String> words) {
    StringBuilder text = new StringBuilder();
    for (String word : words) {
      if (text.length() > 0) {
        text.append(' ');
      }
      appendWord(word, text);
    }
    return text.toString();
  }

  private static int takeWord(String text, int from, StringBuilder word) {
    int at = from;
    while (at < text.length() && WHITE_SPACE.indexOf(text.charAt(at)) < 0) {
      char c = text.charAt(at++);
      if (c == '"' || c == '\'') {
        int end = text.indexOf(c, at);
        if (end < 0) {
          return -1;
        }
        word.append(text, at, end);
        at = end + 1;
      } else {
        word.append(c);
      }
    }
    return at;
  }

  private static int skipWhiteSpace(String text, int from) {
    int at = from;
    while (at < text.length() && WHITE_SPACE.indexOf(text.charAt(at)) >= 0) {
      at++;
    }
    return at;
  }

  private static void appendWord(String word, StringBuilder text) {
    if (word.isEmpty()) {
      text.append("\"\"");
    }
    for (int at = 0; at < word.length(); at++) {
      char c = word.charAt(at);
      if (c == '"') {
        text.append("'\"'");
      } else if (c == '\'' || WHITE_SPACE.indexOf(c) >= 0) {
        text.append('"').append(c).append('"');
      } else {
        text.append(c);
      }
    }
  }
}
