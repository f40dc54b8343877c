package io.luhproc.log;

import java.io.IOException;
import java.time.Instant;

/** Where in a stream to begin to read: the absolute offset of the beginning of a line. */
@FunctionalInterface
interface ReadFrom {
  long in(StreamReader reader, TimeIndex times) throws IOException;

  /** The last lines, an unfinished one counted. */
  static ReadFrom lastLines(int lines) {
    return (reader, times) -> new TailSearch(reader, reader.end()).lastLines(lines);
  }

  /** The last finished lines; an unfinished one comes after them. */
  static ReadFrom lastFinishedLines(int lines) {
    return (reader, times) -> new TailSearch(reader, reader.end()).lastFinishedLines(lines);
  }

  /** The first line that was finished at or after an instant, or a little before. */
  static ReadFrom since(Instant instant) {
    return (reader, times) -> {
      long offset = latestBefore(instant, reader, times);
      return new TailSearch(reader, offset).lastFinishedLines(0);
    };
  }

  /** What was cut off, or noted, before the instant was written before it. */
  private static long latestBefore(Instant instant, StreamReader reader, TimeIndex times)
      throws IOException {
    long offset = reader.first();
    for (StreamReader.Segment segment : reader.segments()) {
      boolean before = segment.part().stamp() < instant.toEpochMilli();
      offset = before ? Math.max(offset, segment.end()) : offset;
    }
    Long noted = times.offsetAt(instant);
    return Math.min(reader.end(), noted == null ? offset : Math.max(offset, noted));
  }
}
