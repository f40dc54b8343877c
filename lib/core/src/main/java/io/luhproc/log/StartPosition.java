package io.luhproc.log;

import io.luhproc.log.file.LogStreamReader;
import io.luhproc.log.file.TimeIndex;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Finds the line of a stream to start or end reading at. */
@FunctionalInterface
interface StartPosition {
  /** The kernel takes file times from a clock that may be behind by a timer tick. */
  Duration FILE_TIME_TOLERANCE = Duration.ofSeconds(1);

  /** Returns the absolute offset of the beginning of the line. */
  long resolve(LogStreamReader reader, TimeIndex times, boolean splitAtCarriageReturn)
      throws IOException;

  /** Starts at an offset, or at the oldest byte if that is later. */
  static StartPosition at(long offset) {
    return (reader, times, split) -> Math.max(offset, reader.oldestOffset());
  }

  /** Starts at the last lines, counting an incomplete one. */
  static StartPosition lastLines(int lines) {
    return (reader, times, split) ->
        new TailOffsetFinder(reader, split, reader.endOffset()).offsetOfLastLines(lines);
  }

  /** Starts at the last complete lines, which an incomplete one may follow. */
  static StartPosition lastCompleteLines(int lines) {
    return (reader, times, split) ->
        new TailOffsetFinder(reader, split, reader.endOffset()).offsetOfLastCompleteLines(lines);
  }

  /** Starts at or shortly before the first line that was completed at or after an instant. */
  static StartPosition since(Instant instant) {
    return (reader, times, split) -> {
      long end = reader.endOffset();
      Optional<Instant> lastWrite = reader.activeWriteTime();
      boolean allBefore =
          lastWrite.isPresent() && lastWrite.get().plus(FILE_TIME_TOLERANCE).isBefore(instant);
      long offset = allBefore ? end : offsetWrittenBy(instant, reader, times);
      return new TailOffsetFinder(reader, split, Math.min(end, offset))
          .offsetOfLastCompleteLines(0);
    };
  }

  /** Stands for the end of the last line that was completed at or before an instant. */
  static StartPosition until(Instant instant) {
    return (reader, times, split) -> {
      // The size before the time: bytes that are written between the two count as later.
      long end = reader.endOffset();
      if (reader.activeWriteTime().filter(instant::isBefore).isEmpty()) {
        return end;
      }
      long offset = offsetWrittenBy(instant, reader, times);
      return new TailOffsetFinder(reader, split, Math.min(end, offset))
          .offsetOfLastCompleteLines(0);
    };
  }

  /** Bytes that were rotated, or indexed, before the instant were written before it. */
  private static long offsetWrittenBy(Instant instant, LogStreamReader reader, TimeIndex times)
      throws IOException {
    long millis = TimeIndex.epochMillis(instant);
    long offset = reader.oldestOffset();
    for (LogStreamReader.Segment segment : reader.segments()) {
      boolean before = segment.file().rotatedAt() < millis;
      offset = before ? Math.max(offset, segment.endOffset()) : offset;
    }
    Long indexed = times.offsetAt(instant);
    return indexed == null ? offset : Math.max(offset, indexed);
  }
}
