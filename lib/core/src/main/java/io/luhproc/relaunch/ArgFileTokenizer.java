package io.luhproc.relaunch;

import java.util.ArrayList;
import java.util.List;

/**
 * The text of an argument file of {@code java}, read and written by the rules of the launcher
 * (args.c of the JDK): words between white space, quotes of either kind, escapes by a backslash
 * inside quotes only, comments from {@code #} to the end of the line.
 */
final class ArgFileTokenizer {
  private final String text;
  private final List<String> tokens = new ArrayList<>();
  private final StringBuilder token = new StringBuilder();
  private boolean inToken;
  private char quote;
  private int position;

  private ArgFileTokenizer(String text) {
    this.text = text;
  }

  /** Returns the words that a text holds. */
  static List<String> tokenize(String text) {
    ArgFileTokenizer tokenizer = new ArgFileTokenizer(text);
    while (tokenizer.position < text.length()) {
      tokenizer.accept(text.charAt(tokenizer.position++));
    }
    tokenizer.endToken();
    return tokenizer.tokens;
  }

  /** Returns a line that is read back as just this word. */
  static String quote(String argument) {
    StringBuilder line = new StringBuilder(argument.length() + 3).append('"');
    for (int at = 0; at < argument.length(); at++) {
      char c = argument.charAt(at);
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

  private void accept(char c) {
    if (quote == 0) {
      acceptUnquoted(c);
    } else if (c == '\\' && position < text.length()) {
      acceptEscaped(text.charAt(position++));
    } else if (c == quote) {
      quote = 0;
    } else if (c == '\n' || c == '\r') {
      quote = 0; // a quote left open ends with its line
      endToken();
    } else {
      token.append(c);
    }
  }

  private void acceptUnquoted(char c) {
    switch (c) {
      case ' ', '\t', '\n', '\r', '\f' -> endToken();
      case '#' -> skipComment();
      case '"', '\'' -> {
        quote = c;
        inToken = true;
      }
      default -> {
        token.append(c);
        inToken = true;
      }
    }
  }

  private void acceptEscaped(char c) {
    switch (c) {
      case 'n' -> token.append('\n');
      case 'r' -> token.append('\r');
      case 't' -> token.append('\t');
      case 'f' -> token.append('\f');
      case '\n', '\r' -> skipIndent();
      default -> token.append(c);
    }
  }

  private void skipIndent() {
    while (position < text.length() && " \n\r\t\f".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
  }

  private void skipComment() {
    while (position < text.length()
        && text.charAt(position) != '\n'
        && text.charAt(position) != '\r') {
      position++;
    }
    // The launcher forgets a word that a comment is glued to; so the running JVM never saw it.
    token.setLength(0);
    inToken = false;
  }

  private void endToken() {
    if (inToken) {
      tokens.add(token.toString());
    }
    token.setLength(0);
    inToken = false;
  }
}
