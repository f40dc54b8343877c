package io.luhproc.kubernetes;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The position after a line of a log: {@code STAMP/COUNT}.
 *
 * @param stamp the time of the line, in nanoseconds
 * @param count the number of the line among those with this stamp, from 1
 */
record LogCursorText(Instant stamp, int count) {
  private static final Pattern FORMAT = Pattern.compile("(\\S{20,30})/(\\d{1,9})");

  /** Parses a text; empty if it is no cursor. */
  static Optional<LogCursorText> parse(String text) {
    Matcher parts = FORMAT.matcher(text);
    return parts.matches()
        ? parseStamp(parts.group(1))
            .map(it -> new LogCursorText(it, Integer.parseInt(parts.group(2))))
        : Optional.empty();
  }

  /** Parses the stamp that the kubelet puts before each line. */
  static Optional<Instant> parseStamp(String text) {
    try {
      return Optional.of(Instant.parse(text));
    } catch (DateTimeException expected) {
      return Optional.empty();
    }
  }

  /** Returns the cursor of the next line. */
  LogCursorText next(Instant time) {
    return new LogCursorText(time, time.equals(stamp) ? count + 1 : 1);
  }

  /** Returns the parameter {@code sinceTime}, in seconds, which is all that the server looks at. */
  String sinceTime() {
    return stamp.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  @Override
  public String toString() {
    return stamp + "/" + count;
  }
}
