package io.luhproc.relaunch;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads and writes the text of an argument file of {@code java}, by the rules of its launcher
 * (args.c of the JDK).
 *
 * <p>Tokens are separated by white space. Single and double quotes are allowed, and a backslash is
 * an escape inside quotes only. A comment extends from {@code #} to the end of the line.
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

  /** Returns the tokens of a text. */
  static List<String> tokenize(String text) {
    ArgFileTokenizer tokenizer = new ArgFileTokenizer(text);
    while (tokenizer.position < text.length()) {
      tokenizer.accept(text.charAt(tokenizer.position++));
    }
    tokenizer.endToken();
    return tokenizer.tokens;
  }

  /** Returns a line that is read back as this one token. */
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
      quote = 0; // an unclosed quote ends with its line
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
    // The launcher discards a token that directly precedes a comment, so do the same.
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
