package io.luhproc.relaunch;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes the value of a variable with JVM options. The JVM and its launcher use the same
 * rules: tokens are separated by white space, single and double quotes group characters, and there
 * is no escape character.
 */
final class OptionTokenizer {
  private static final String WHITE_SPACE = " \t\n\r\f\u000b";

  private OptionTokenizer() {}

  /** Returns the tokens of a text, or null if a quote is not closed. */
  static @Nullable List<String> tokenize(String text) {
    List<String> tokens = new ArrayList<>();
    int at = skipWhiteSpace(text, 0);
    while (at < text.length()) {
      StringBuilder token = new StringBuilder();
      at = readToken(text, at, token);
      if (at < 0) {
        return null;
      }
      tokens.add(token.toString());
      at = skipWhiteSpace(text, at);
    }
    return tokens;
  }

  /** Returns a text that is read back as these tokens. */
  static String join(List<String> options) {
    StringBuilder text = new StringBuilder();
    for (String option : options) {
      if (text.length() > 0) {
        text.append(' ');
      }
      appendQuoted(option, text);
    }
    return text.toString();
  }

  private static int readToken(String text, int from, StringBuilder token) {
    int at = from;
    while (at < text.length() && WHITE_SPACE.indexOf(text.charAt(at)) < 0) {
      char c = text.charAt(at++);
      if (c == '"' || c == '\'') {
        int end = text.indexOf(c, at);
        if (end < 0) {
          return -1;
        }
        token.append(text, at, end);
        at = end + 1;
      } else {
        token.append(c);
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

  private static void appendQuoted(String option, StringBuilder text) {
    if (option.isEmpty()) {
      text.append("\"\"");
    }
    for (int at = 0; at < option.length(); at++) {
      char c = option.charAt(at);
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
