package io.luhproc.cli;

import io.luhproc.log.LogLine;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a log to print.
 *
 * @param lines maximum number of lines
 * @param since time of the first line; null for the oldest one
 * @param until time of the last line; null for the newest one
 */
record LogRange(int lines, @Nullable Instant since, @Nullable Instant until) {
  static final LogRange ALL = new LogRange(Integer.MAX_VALUE, null, null);

  // The accuracy of the times of lines, see LogLine.
  private static final Duration TOLERANCE = Duration.ofSeconds(1);

  /** Returns the time to read from. */
  Instant start() {
    return since == null ? Instant.EPOCH : since;
  }

  /** Returns whether only the number of lines limits the range. */
  boolean isLastLines() {
    return since == null && until == null && lines < Integer.MAX_VALUE;
  }

  /** Returns whether the time of a line is in the range. */
  boolean contains(LogLine line) {
    return (since == null || !line.time().plus(TOLERANCE).isBefore(since)) && !isOver(line.time());
  }

  /** Returns whether the range ends before a time. */
  boolean isOver(Instant time) {
    return until != null && time.isAfter(until);
  }
}
