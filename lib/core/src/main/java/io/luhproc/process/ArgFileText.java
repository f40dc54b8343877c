package io.luhproc.process;

import java.util.ArrayList;
import java.util.List;

/**
 * The text of an argument file of {@code java}, read and written by the rules of the launcher
 * (args.c of the JDK): words between white space, quotes of either kind, escapes by a backslash
 * inside quotes only, comments from {@code #} to the end of the line.
 */
final class ArgFileText {
  private final String text;
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean inWord;
  private char quote;
  private int at;

  private ArgFileText(String text) {
    this.text = text;
  }

  /** Returns the words that a text holds. */
  static List<String> words(String text) {
    ArgFileText parser = new ArgFileText(text);
    while (parser.at < text.length()) {
      parser.take(text.charAt(parser.at++));
    }
    parser.endWord();
    return parser.words;
  }

  /** Returns a line that is read back as just this word. */
  static String line(String word) {
    StringBuilder line = new StringBuilder(word.length() + 3).append('"');
    for (int at = 0; at < word.length(); at++) {
      char c = word.charAt(at);
      switch (c) {
        case '"', '\\' -> line.append('\\').append(c);
        case '\n' -> line.append("\\n");
        case '\r' -> line.append("\\r");
        case '\t' -> line.append("\\t");
        case '\f' -> line.append("\\f");
        default -> line.append(c);
      }
    }
    return line.append("\"\n").toString();
  }

  private void take(char c) {
    if (quote == 0) {
      takePlain(c);
    } else if (c == '\\' && at < text.length()) {
      takeEscaped(text.charAt(at++));
    } else if (c == quote) {
      quote = 0;
    } else if (c == '\n' || c == '\r') {
      quote = 0; // a quote left open ends with its line
      endWord();
    } else {
      word.append(c);
    }
  }

  private void takePlain(char c) {
    switch (c) {
      case ' ', '\t', '\n', '\r', '\f' -> endWord();
      case '#' -> skipComment();
      case '"', '\'' -> {
        quote = c;
        inWord = true;
      }
      default -> {
        word.append(c);
        inWord = true;
      }
    }
  }

  private void takeEscaped(char c) {
    switch (c) {
      case 'n' -> word.append('\n');
      case 'r' -> word.append('\r');
      case 't' -> word.append('\t');
      case 'f' -> word.append('\f');
      case '\n', '\r' -> skipIndent();
      default -> word.append(c);
    }
  }

  private void skipIndent() {
    while (at < text.length() && " \n\r\t\f".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private void skipComment() {
    while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
      at++;
    }
    // The launcher forgets a word that a comment is glued to; so the running JVM never saw it.
    word.setLength(0);
    inWord = false;
  }

  private void endWord() {
    if (inWord) {
      words.add(word.toString());
    }
    word.setLength(0);
    inWord = false;
  }
}
