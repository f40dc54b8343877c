package io.luhproc.envfile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Parses the text of an {@link EnvFile}, which documents the grammar. Collects all bad lines. */
final class EnvFileParser {
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final String EXPORT = "export";

  private final String text;
  private final Map<String, String> variables = new LinkedHashMap<>();
  private final List<String> errors = new ArrayList<>();
  private final StringBuilder value = new StringBuilder();
  private int position;
  private int line = 1;

  EnvFileParser(String text) {
    String normalized = text.replace("\r\n", "\n");
    boolean hasByteOrderMark = !normalized.isEmpty() && normalized.charAt(0) == BYTE_ORDER_MARK;
    this.text = hasByteOrderMark ? normalized.substring(1) : normalized;
  }

  Map<String, String> variables() {
    return variables;
  }

  /** Returns the bad lines, each as {@code LINE: CAUSE}. */
  List<String> errors() {
    return errors;
  }

  void parse() {
    while (position < text.length()) {
      int firstLine = line;
      try {
        parseLine();
      } catch (BadLineException e) {
        errors.add(firstLine + ": " + e.getMessage());
        skipLine();
      }
      position++;
      line++;
    }
  }

  private void parseLine() throws BadLineException {
    skipSpaces();
    if (isAtEndOfLine() || peek() == '#' || peek() == ';') {
      skipLine();
      return;
    }
    String name = parseName();
    skipSpaces();
    value.setLength(0);
    switch (peek()) {
      case '\'' -> parseSingleQuoted();
      case '"' -> parseDoubleQuoted();
      default -> parseUnquoted();
    }
    if (value.indexOf("\0") >= 0) {
      throw new BadLineException("the value of " + name + " contains NUL");
    }
    variables.put(name, value.toString());
  }

  private String parseName() throws BadLineException {
    int equals = text.indexOf('=', position);
    if (equals < 0 || equals > endOfLine()) {
      // The line is not shown: it may be part of a secret with several lines.
      throw new BadLineException("no '='; write NAME=VALUE");
    }
    String name = stripExport(text.substring(position, equals).strip());
    if (!isValidName(name)) {
      throw new BadLineException(
          "invalid name before '='; use letters, digits and _, and no digit first");
    }
    position = equals + 1;
    return name;
  }

  private static String stripExport(String name) {
    boolean hasExport =
        name.startsWith(EXPORT)
            && name.length() > EXPORT.length()
            && isSpace(name.charAt(EXPORT.length()));
    return hasExport ? name.substring(EXPORT.length()).strip() : name;
  }

  private static boolean isValidName(String name) {
    if (name.isEmpty() || Character.isDigit(name.charAt(0))) {
      return false;
    }
    return name.chars().allMatch(EnvFileParser::isNameCharacter);
  }

  private static boolean isNameCharacter(int c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }

  private void parseUnquoted() throws BadLineException {
    String plain = text.substring(position, endOfLine()).strip();
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      if (c == '\\' || c == '"' || c == '\'') {
        throw new BadLineException(
            "an unquoted value must not contain a quote or a backslash; put it into '...'");
      }
      if (c == '#' && (i == 0 || isSpace(plain.charAt(i - 1)))) {
        throw new BadLineException(
            "'#' may start a comment or be part of the value; put the value into quotes");
      }
    }
    value.append(plain);
    skipLine();
  }

  private void parseSingleQuoted() throws BadLineException {
    int close = text.indexOf('\'', position + 1);
    if (close < 0) {
      throw new BadLineException("unclosed '");
    }
    value.append(text, position + 1, close);
    line += (int) value.chars().filter(c -> c == '\n').count();
    position = close + 1;
    expectEndOfLine();
  }

  private void parseDoubleQuoted() throws BadLineException {
    int open = position;
    int firstLine = line;
    position++;
    while (position < text.length() && peek() != '"') {
      char c = text.charAt(position++);
      if (c == '\\' && position < text.length()) {
        parseEscape(text.charAt(position++));
      } else {
        line += c == '\n' ? 1 : 0;
        value.append(c);
      }
    }
    if (position >= text.length()) {
      position = open;
      line = firstLine;
      throw new BadLineException("unclosed \"");
    }
    position++;
    expectEndOfLine();
  }

  private void parseEscape(char c) throws BadLineException {
    switch (c) {
      case '"', '\\', '$', '`' -> value.append(c);
      case 'n' -> value.append('\n');
      case 'r' -> value.append('\r');
      case 't' -> value.append('\t');
      case '\n' -> line++;
      default ->
          throw new BadLineException(
              "a backslash may precede \" \\ $ ` n r t only; write \\\\ or use '...'");
    }
  }

  private void expectEndOfLine() throws BadLineException {
    skipSpaces();
    if (!isAtEndOfLine() && peek() != '#') {
      throw new BadLineException("text after the closing quote");
    }
    skipLine();
  }

  private char peek() {
    return position < text.length() ? text.charAt(position) : '\n';
  }

  private boolean isAtEndOfLine() {
    return peek() == '\n';
  }

  private int endOfLine() {
    int end = text.indexOf('\n', position);
    return end < 0 ? text.length() : end;
  }

  private void skipLine() {
    position = endOfLine();
  }

  private void skipSpaces() {
    while (!isAtEndOfLine() && isSpace(peek())) {
      position++;
    }
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }

  private static final class BadLineException extends Exception {
    private static final long serialVersionUID = 1L;

    BadLineException(String cause) {
      super(cause);
    }
  }
}
