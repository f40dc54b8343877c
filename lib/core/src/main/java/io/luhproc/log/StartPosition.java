package io.luhproc.log;

import io.luhproc.log.file.LogStreamReader;
import io.luhproc.log.file.TimeIndex;
import java.io.IOException;
import java.time.Instant;

/** Finds the line of a stream to start reading at. */
@FunctionalInterface
interface StartPosition {
  /** Returns the absolute offset of the beginning of the line. */
  long resolve(LogStreamReader reader, TimeIndex times) throws IOException;

  /** Starts at the last lines, counting an incomplete one. */
  static StartPosition lastLines(int lines) {
    return (reader, times) ->
        new TailOffsetFinder(reader, reader.endOffset()).offsetOfLastLines(lines);
  }

  /** Starts at the last complete lines, which an incomplete one may follow. */
  static StartPosition lastCompleteLines(int lines) {
    return (reader, times) ->
        new TailOffsetFinder(reader, reader.endOffset()).offsetOfLastCompleteLines(lines);
  }

  /** Starts at or shortly before the first line that was completed at or after an instant. */
  static StartPosition since(Instant instant) {
    return (reader, times) -> {
      long offset = lastOffsetBefore(instant, reader, times);
      return new TailOffsetFinder(reader, offset).offsetOfLastCompleteLines(0);
    };
  }

  /** Bytes that were rotated, or indexed, before the instant were written before it. */
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
