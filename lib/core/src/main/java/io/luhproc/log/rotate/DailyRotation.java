package io.luhproc.log.rotate;

import static java.nio.file.StandardOpenOption.READ;

import io.luhproc.log.file.DatedName;
import io.luhproc.log.file.IndexFile;
import io.luhproc.log.file.IndexHeader;
import io.luhproc.log.file.LogFiles;
import io.luhproc.log.file.TimeIndex;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Divides a stream into days if its rotated files have a {@link DatedName}. Days are in UTC, like
 * all times in names, so none has a different length. The time index tells which bytes a day has.
 */
final class DailyRotation {
  private final LogFiles files;
  private final IndexFile indexFile;
  private final SteadyClock clock;
  private final Optional<String> namePattern;
  private final Consumer<RotationCheckpoint> onCheckpoint;
  // The day on which no line of an earlier one was left.
  private @Nullable LocalDate doneDay;

  /**
   * Creates the daily rotation of a stream.
   *
   * @param namePattern the pattern of dated names; without it, files are rotated by size only
   */
  DailyRotation(
      LogFiles files,
      SteadyClock clock,
      Optional<String> namePattern,
      Consumer<RotationCheckpoint> onCheckpoint) {
    this.files = files;
    this.indexFile = new IndexFile(files);
    this.clock = clock;
    this.namePattern = namePattern;
    this.onCheckpoint = onCheckpoint;
  }

  /**
   * Records the dated name of a file before it is published, if the policy has one.
   *
   * @param endOffset the file has the day on which the byte before this offset was written
   */
  void assignName(long rotatedAt, long endOffset) throws IOException {
    if (namePattern.isPresent()) {
      Instant written = indexFile.readEntriesFrom(endOffset).timeOf(endOffset);
      LocalDate day = dayOf(written == null ? clock.now() : written);
      files.assignDatedName(rotatedAt, namePattern.get(), day);
      onCheckpoint.accept(RotationCheckpoint.NAME_RECORDED);
    }
  }

  /** Returns whether the front of the active file may be of an earlier day. */
  boolean isDue() {
    return namePattern.isPresent() && !dayOf(clock.now()).equals(doneDay);
  }

  /**
   * Returns the length of the whole lines at the front that are of one earlier day. The time index
   * must have the end of the stream.
   */
  long pastBytes(IndexHeader header) throws IOException {
    LocalDate today = dayOf(clock.now());
    long front = header.baseOffset() + header.punchedBytes();
    TimeIndex index = indexFile.readEntriesFrom(front);
    Instant written = index.timeOf(front + 1);
    // A day may have only a part of a line, which then belongs to the next day.
    while (written != null && dayOf(written).isBefore(today)) {
      long end = endOfDay(index, dayOf(written));
      long bytes = wholeLines(header.punchedBytes(), end - header.baseOffset());
      if (bytes > 0) {
        return bytes;
      }
      written = index.timeOf(end + 1);
    }
    doneDay = today;
    return 0;
  }

  private static long endOfDay(TimeIndex index, LocalDate day) throws IOException {
    Instant nextDay = day.plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    Long end = index.offsetAt(nextDay.minusMillis(1));
    if (end == null) {
      throw new IOException("the time index has no end of " + day);
    }
    return end;
  }

  private long wholeLines(long from, long to) throws IOException {
    try (FileChannel active = files.openActive(READ)) {
      return ByteScanner.afterLastLine(active, from, Math.min(to, active.size())) - from;
    }
  }

  private static LocalDate dayOf(Instant time) {
    return time.atZone(ZoneOffset.UTC).toLocalDate();
  }
}
