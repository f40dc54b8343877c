package io.luhproc.log;

import io.luhproc.log.file.LogStreamReader;
import io.luhproc.log.file.TimeIndex;
import java.io.IOException;
import java.time.Instant;

/** Where in a stream to begin to read: the absolute offset of the beginning of a line. */
@FunctionalInterface
interface StartPosition {
  long resolve(LogStreamReader reader, TimeIndex times) throws IOException;

  /** The last lines, an unfinished one counted. */
  static StartPosition lastLines(int lines) {
    return (reader, times) ->
        new TailOffsetFinder(reader, reader.endOffset()).offsetOfLastLines(lines);
  }

  /** The last finished lines; an unfinished one comes after them. */
  static StartPosition lastCompleteLines(int lines) {
    return (reader, times) ->
        new TailOffsetFinder(reader, reader.endOffset()).offsetOfLastCompleteLines(lines);
  }

  /** The first line that was finished at or after an instant, or a little before. */
  static StartPosition since(Instant instant) {
    return (reader, times) -> {
      long offset = lastOffsetBefore(instant, reader, times);
      return new TailOffsetFinder(reader, offset).offsetOfLastCompleteLines(0);
    };
  }

  /** What was cut off, or noted, before the instant was written before it. */
  private static long lastOffsetBefore(Instant instant, LogStreamReader reader, TimeIndex times)
      throws IOException {
    long offset = reader.oldestOffset();
    for (LogStreamReader.Segment segment : reader.segments()) {
      boolean before = segment.file().rotatedAt() < instant.toEpochMilli();
      offset = before ? Math.max(offset, segment.endOffset()) : offset;
    }
    Long indexed = times.offsetAt(instant);
    return Math.min(reader.endOffset(), indexed == null ? offset : Math.max(offset, indexed));
  }
}
