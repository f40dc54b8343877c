package io.luhproc.health;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of HTTP statuses.
 *
 * @param lowest the lowest status in the range
 * @param highest the highest status in the range
 */
record StatusRange(int lowest, int highest) {
  private static final Pattern RANGE_PATTERN =
      Pattern.compile("([1-5][0-9]{2})(?:-([1-5][0-9]{2}))?");

  /** Parses a text such as {@code 200-299,404}. */
  static List<StatusRange> parse(String text) {
    List<StatusRange> ranges = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Matcher matcher = RANGE_PATTERN.matcher(part.strip());
      if (!matcher.matches()) {
        throw invalid(text);
      }
      int lowest = Integer.parseInt(matcher.group(1));
      int highest = matcher.group(2) == null ? lowest : Integer.parseInt(matcher.group(2));
      if (highest < lowest) {
        throw invalid(text);
      }
      ranges.add(new StatusRange(lowest, highest));
    }
    return ranges;
  }

  private static IllegalArgumentException invalid(String text) {
    return new IllegalArgumentException(
        "expected (" + text + ") must be statuses from 100 to 599, such as 200-299,404");
  }

  boolean contains(int status) {
    return status >= lowest && status <= highest;
  }
}
