package io.luhproc.process;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads the text of an {@link EnvFile}, whose grammar it has; goes on after a bad line. */
final class EnvFileParser {
  private static final char BYTE_ORDER_MARK = '\uFEFF';
  private static final String EXPORT = "export";

  private final String text;
  private final Map<String, String> variables = new LinkedHashMap<>();
  private final List<String> faults = new ArrayList<>();
  private final StringBuilder value = new StringBuilder();
  private int at;
  private int line = 1;

  EnvFileParser(String text) {
    String unix = text.replace("\r\n", "\n");
    boolean marked = !unix.isEmpty() && unix.charAt(0) == BYTE_ORDER_MARK;
    this.text = marked ? unix.substring(1) : unix;
  }

  Map<String, String> variables() {
    return variables;
  }

  /** Returns the bad lines, each as {@code LINE: WHY}. */
  List<String> faults() {
    return faults;
  }

  void parse() {
    while (at < text.length()) {
      int start = line;
      try {
        parseLine();
      } catch (BadLineException e) {
        faults.add(start + ": " + e.getMessage());
        skipLine();
      }
      at++;
      line++;
    }
  }

  private void parseLine() throws BadLineException {
    skipSpaces();
    if (isAtEndOfLine() || peek() == '#' || peek() == ';') {
      skipLine();
      return;
    }
    String name = name();
    skipSpaces();
    value.setLength(0);
    switch (peek()) {
      case '\'' -> readSingleQuoted();
      case '"' -> readDoubleQuoted();
      default -> readPlain();
    }
    if (value.indexOf("\0") >= 0) {
      throw new BadLineException("the value of " + name + " holds a NUL character");
    }
    variables.put(name, value.toString());
  }

  private String name() throws BadLineException {
    int equals = text.indexOf('=', at);
    if (equals < 0 || equals > endOfLine()) {
      // What stands there is not shown: it may be the rest of a secret of several lines.
      throw new BadLineException("there is no '='; write NAME=VALUE");
    }
    String name = withoutExport(text.substring(at, equals).strip());
    if (!isName(name)) {
      throw new BadLineException(
          "what stands before '=' is no name: letters, digits and _, no digit first");
    }
    at = equals + 1;
    return name;
  }

  private static String withoutExport(String name) {
    boolean exported =
        name.startsWith(EXPORT)
            && name.length() > EXPORT.length()
            && isSpace(name.charAt(EXPORT.length()));
    return exported ? name.substring(EXPORT.length()).strip() : name;
  }

  private static boolean isName(String name) {
    if (name.isEmpty() || Character.isDigit(name.charAt(0))) {
      return false;
    }
    return name.chars().allMatch(EnvFileParser::isOfAName);
  }

  private static boolean isOfAName(int c) {
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  }

  private void readPlain() throws BadLineException {
    String plain = text.substring(at, endOfLine()).strip();
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      if (c == '\\' || c == '"' || c == '\'') {
        throw new BadLineException(
            "a plain value may hold no quote and no backslash; put it into '...'");
      }
      if (c == '#' && (i == 0 || isSpace(plain.charAt(i - 1)))) {
        throw new BadLineException(
            "is '#' a comment or part of the value? Put the value into quotes");
      }
    }
    value.append(plain);
    skipLine();
  }

  private void readSingleQuoted() throws BadLineException {
    int close = text.indexOf('\'', at + 1);
    if (close < 0) {
      throw new BadLineException("a ' is never closed");
    }
    value.append(text, at + 1, close);
    line += (int) value.chars().filter(c -> c == '\n').count();
    at = close + 1;
    expectNothingMore();
  }

  private void readDoubleQuoted() throws BadLineException {
    int open = at;
    int firstLine = line;
    at++;
    while (at < text.length() && peek() != '"') {
      char c = text.charAt(at++);
      if (c == '\\' && at < text.length()) {
        readEscaped(text.charAt(at++));
      } else {
        line += c == '\n' ? 1 : 0;
        value.append(c);
      }
    }
    if (at >= text.length()) {
      at = open;
      line = firstLine;
      throw new BadLineException("a \" is never closed");
    }
    at++;
    expectNothingMore();
  }

  private void readEscaped(char c) throws BadLineException {
    switch (c) {
      case '"', '\\', '$', '`' -> value.append(c);
      case 'n' -> value.append('\n');
      case 'r' -> value.append('\r');
      case 't' -> value.append('\t');
      case '\n' -> line++;
      default ->
          throw new BadLineException(
              "a backslash stands before \" \\ $ ` n r t only; write \\\\ or use '...'");
    }
  }

  private void expectNothingMore() throws BadLineException {
    skipSpaces();
    if (!isAtEndOfLine() && peek() != '#') {
      throw new BadLineException("there is more after the closing quote");
    }
    skipLine();
  }

  private char peek() {
    return at < text.length() ? text.charAt(at) : '\n';
  }

  private boolean isAtEndOfLine() {
    return peek() == '\n';
  }

  private int endOfLine() {
    int end = text.indexOf('\n', at);
    return end < 0 ? text.length() : end;
  }

  private void skipLine() {
    at = endOfLine();
  }

  private void skipSpaces() {
    while (!isAtEndOfLine() && isSpace(peek())) {
      at++;
    }
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t';
  }

  private static final class BadLineException extends Exception {
    private static final long serialVersionUID = 1L;

    BadLineException(String why) {
      super(why);
    }
  }
}
