package io.luhproc.procfs;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/** Parses the text files of {@code /proc}, see proc(5). */
public final class ProcfsParser {
  private static final String DELETED_SUFFIX = " (deleted)";

  private ProcfsParser() {}

  /** Returns the number after the first occurrence of a label and optional blanks. */
  static OptionalLong numberAfter(String text, String label) {
    int found = text.indexOf(label);
    if (found < 0) {
      return OptionalLong.empty();
    }
    int start = found + label.length();
    while (start < text.length() && isBlank(text.charAt(start))) {
      start++;
    }
    long value = 0;
    int at = start;
    while (at < text.length() && isDigit(text.charAt(at))) {
      value = value * 10 + text.charAt(at++) - '0';
    }
    return at == start ? OptionalLong.empty() : OptionalLong.of(value);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  /** Parses numbers separated by spaces. */
  static List<Long> numbers(String text) {
    List<Long> numbers = new ArrayList<>();
    for (String word : text.strip().split(" ", -1)) {
      if (!word.isEmpty()) {
        numbers.add(Long.parseLong(word));
      }
    }
    return numbers;
  }

  /** Splits arguments terminated by NUL. The terminator of the last argument is optional. */
  static List<String> splitAtNul(String text) {
    List<String> arguments = new ArrayList<>();
    int start = 0;
    while (start < text.length()) {
      int end = text.indexOf('\0', start);
      end = end < 0 ? text.length() : end;
      arguments.add(text.substring(start, end));
      start = end + 1;
    }
    return arguments;
  }

  /** Returns the path by controller of lines {@code ID:CONTROLLERS:PATH}, see cgroups(7). */
  public static Map<String, String> cgroupPaths(String text) {
    Map<String, String> paths = new HashMap<>();
    for (String line : text.split("\n", -1)) {
      int first = line.indexOf(':');
      int second = line.indexOf(':', first + 1);
      if (second > 0) {
        for (String controller : line.substring(first + 1, second).split(",", -1)) {
          paths.put(controller, stripDeletedSuffix(line.substring(second + 1)));
        }
      }
    }
    return paths;
  }

  private static String stripDeletedSuffix(String path) {
    boolean deleted = path.endsWith(DELETED_SUFFIX);
    return deleted ? path.substring(0, path.length() - DELETED_SUFFIX.length()) : path;
  }
}
