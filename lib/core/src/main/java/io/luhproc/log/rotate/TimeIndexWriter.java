package io.luhproc.log.rotate;

import io.luhproc.log.file.IndexFile;
import io.luhproc.log.file.IndexHeader;
import io.luhproc.log.file.LogFiles;
import io.luhproc.log.file.RotatedFile;
import io.luhproc.log.file.TimeIndex;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Writes the time index of a stream: about one entry a second while the stream grows. */
final class TimeIndexWriter {
  private static final long MAX_INDEX_BYTES = 1 << 20;
  private static final int MAX_ENTRIES = (int) (MAX_INDEX_BYTES / 2 / IndexFile.ENTRY_BYTES);
  // The kernel dates a write by its last timer tick.
  private static final long WRITE_TIME_TOLERANCE_MILLIS = 20;

  private final LogFiles files;
  private final IndexFile indexFile;
  private final TimeSource time;
  private TimeIndex.@Nullable Entry lastEntry;
  private long lastUpdateMillis;
  private boolean pending;

  TimeIndexWriter(LogFiles files, IndexFile indexFile, TimeSource time) {
    this.files = files;
    this.indexFile = indexFile;
    this.time = time;
  }

  /** Reads the last entry of the index on disk. */
  void open() throws IOException {
    lastEntry = indexFile.readEntries().lastEntry();
  }

  /** Returns the greatest indexed length of the stream. */
  long lastOffset() {
    return lastEntry == null ? 0 : lastEntry.offset();
  }

  /** Notes the length of the stream, which may call for an entry. */
  void onEndOffset(long endOffset) {
    pending = endOffset > lastOffset();
  }

  /** Returns whether the stream is longer than the last entry says. */
  boolean isPending() {
    return pending;
  }

  /**
   * Appends the length of the stream if it grew and the last entry is of another second.
   *
   * @param force whether to append it in the same second too
   */
  void update(IndexHeader header, ActiveFileIdentity identity, boolean force) throws IOException {
    // Clock before size: bytes written between the two count as later.
    long now = time.now().toEpochMilli();
    ActiveFileIdentity.Look look = identity.look();
    long end = header.baseOffset() + look.size();
    TimeIndex.Entry previous = lastEntry;
    boolean due =
        previous == null || force || epochSecond(now) != epochSecond(previous.epochMillis());
    boolean grown = previous == null || end > previous.offset();
    pending = grown && !due;
    if (grown && due) {
      // The file has the time of the last write, unless a program set it.
      long earliest = lastUpdateMillis - WRITE_TIME_TOLERANCE_MILLIS;
      boolean plausible = look.modifiedMillis() >= earliest && look.modifiedMillis() <= now;
      append(header, new TimeIndex.Entry(plausible ? look.modifiedMillis() : now, end));
    }
    lastUpdateMillis = pending ? lastUpdateMillis : now;
  }

  private static long epochSecond(long millis) {
    return Math.floorDiv(millis, 1000L);
  }

  private void append(IndexHeader header, TimeIndex.Entry entry) throws IOException {
    if (indexFile.size() > MAX_INDEX_BYTES) {
      indexFile.rewrite(header, indexFile.readEntries().compact(oldestOffset(header), MAX_ENTRIES));
    }
    indexFile.appendEntry(entry);
    lastEntry = entry;
  }

  private long oldestOffset(IndexHeader header) throws IOException {
    long oldest = header.baseOffset() + header.punchedBytes();
    for (RotatedFile rotatedFile : files.rotatedFiles()) {
      oldest -= rotatedFile.uncompressedLength();
    }
    return oldest;
  }
}
