package io.luhproc.daemon.ship;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Replaces secrets in log lines. */
final class SecretPatterns implements UnaryOperator<String> {
  private static final String MASK = "***";
  private static final String UNCHECKED =
      "[luhproc: a pattern of mask cannot be matched against this long line; it is left out]";

  private final List<Pattern> patterns;

  /** Creates the patterns of valid regular expressions. */
  SecretPatterns(List<String> patterns) {
    this.patterns = patterns.stream().map(Pattern::compile).toList();
  }

  /** Returns a text with {@code ***} for each match, or for its first group if it has one. */
  @Override
  public String apply(String text) {
    String masked = text;
    try {
      for (Pattern pattern : patterns) {
        masked = mask(pattern.matcher(masked), masked);
      }
      return masked;
    } catch (StackOverflowError expected) {
      // Alternatives in a repetition need stack for each character.
      return UNCHECKED;
    }
  }

  private static String mask(Matcher matcher, String text) {
    if (!matcher.find()) {
      return text;
    }
    StringBuilder masked = new StringBuilder(text.length());
    int at = 0;
    do {
      int group = matcher.groupCount() > 0 && matcher.start(1) >= 0 ? 1 : 0;
      if (matcher.start(group) < at) {
        continue;
      }
      masked.append(text, at, matcher.start(group)).append(MASK);
      at = matcher.end(group);
    } while (matcher.find());
    return masked.append(text, at, text.length()).toString();
  }
}
