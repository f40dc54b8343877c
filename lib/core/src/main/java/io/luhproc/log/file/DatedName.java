package io.luhproc.log.file;

import java.time.LocalDate;

/**
 * The name of a rotated file by day: {@code web 2026-11-20.log}, with a counter from the second one
 * of a day on: {@code web 2026-11-20.1.log}.
 *
 * <p>It is made from a pattern with the placeholders {@code {process}}, {@code {stream}} ({@code
 * out} or {@code err}) and {@code {date}} (a day in UTC). The streams of a process share a
 * directory: if the pattern does not tell them apart, the files of {@code err} have {@code -err}
 * before the counter.
 *
 * @param stem the name without counter and {@code .log}
 * @param counter 0 for the first file of a day
 */
public record DatedName(String stem, int counter) {
  private static final String SUFFIX = RotatedNames.PLAIN_SUFFIX;
  // Leaves space for "-err", a counter and ".gz" in the 255 bytes of a name.
  private static final int MAX_PATTERN_LENGTH = 155;
  private static final int MAX_PROCESS_LENGTH = 64;
  private static final String PROCESS = "{process}";
  private static final String STREAM = "{stream}";
  private static final String DATE = "{date}";

  /**
   * Checks a pattern.
   *
   * @throws IllegalArgumentException if it is no name of a file in the process directory, or if a
   *     rotated file could have the name of a live one
   */
  public static void checkPattern(String pattern) {
    String rest = removeOnce(removeOnce(removeOnce(pattern, PROCESS), STREAM), DATE);
    boolean valid = rest.endsWith(SUFFIX) && pattern.charAt(0) != '.' && isPlainText(rest);
    if (!valid) {
      throw new IllegalArgumentException(
          "name ("
              + pattern.replaceAll("[^ -~]", "?")
              + ") must end with .log and have printable ASCII characters without '/', no '.' at"
              + " the beginning, and each of {process}, {stream} and {date} at most once");
    }
    if (!pattern.contains(DATE)) {
      throw new IllegalArgumentException(
          "name (" + pattern + ") must contain {date}: only live files have a name without a date");
    }
    int processLength = pattern.contains(PROCESS) ? MAX_PROCESS_LENGTH - PROCESS.length() : 0;
    if (pattern.length() + processLength > MAX_PATTERN_LENGTH) {
      throw new IllegalArgumentException(
          "name ("
              + pattern
              + ") must have at most "
              + MAX_PATTERN_LENGTH
              + " characters, of which {process} takes "
              + MAX_PROCESS_LENGTH);
    }
  }

  private static String removeOnce(String text, String placeholder) {
    int at = text.indexOf(placeholder);
    return at < 0 ? text : text.substring(0, at) + text.substring(at + placeholder.length());
  }

  private static boolean isPlainText(String text) {
    return text.chars().allMatch(c -> c >= ' ' && c <= '~' && "/{}".indexOf(c) < 0);
  }

  /** Returns a pattern with the name of the process, or the beginning of a long one, in it. */
  public static String withProcess(String pattern, String process) {
    int length = Math.min(process.length(), MAX_PROCESS_LENGTH);
    return pattern.replace(PROCESS, process.substring(0, length));
  }

  /** Returns the first name of a stream on a day. */
  static DatedName of(String pattern, String stream, LocalDate day) {
    String stem = pattern.substring(0, pattern.length() - SUFFIX.length());
    boolean told = stem.contains(STREAM) || stream.equals("out");
    String unique = told ? stem : stem + "-" + stream;
    return new DatedName(unique.replace(STREAM, stream).replace(DATE, day.toString()), 0);
  }

  DatedName next() {
    return new DatedName(stem, counter + 1);
  }

  /** Returns this name, or the one after an earlier name if that has the same stem. */
  DatedName after(String earlier) {
    if (earlier.equals(stem + SUFFIX)) {
      return counter == 0 ? next() : this;
    }
    int from = stem.length() + 1;
    int to = earlier.length() - SUFFIX.length();
    if (!earlier.startsWith(stem + ".") || from >= to) {
      return this;
    }
    try {
      int last = Integer.parseUnsignedInt(earlier, from, to, 10);
      return last < counter ? this : new DatedName(stem, last + 1);
    } catch (NumberFormatException expected) {
      // Another pattern made that name.
      return this;
    }
  }

  @Override
  public String toString() {
    return counter == 0 ? stem + SUFFIX : stem + "." + counter + SUFFIX;
  }
}
