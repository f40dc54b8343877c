package io.luhproc.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.luhproc.log.file.LogStreamReader;
import io.luhproc.log.file.StreamPosition;
import io.luhproc.log.file.TimeIndex;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Splits a stream into lines, from the position of its reader.
 *
 * <p>A line ends at its line feed and, if chosen, at a carriage return. A line that ended early,
 * without a line feed, is complete: a line feed that follows it is not another line.
 */
final class LineReader implements Closeable {
  static final int MAX_PIECE_BYTES = 64 << 10;
  private static final int BUFFER_BYTES = 4 * MAX_PIECE_BYTES;
  private static final int MAX_UTF8_BYTES = 4;
  private static final int CONTINUATION_MASK = 0xc0;
  private static final int CONTINUATION_BITS = 0x80;

  private final LogStream stream;
  private final LogStreamReader reader;
  private final TimeIndex times;
  private final boolean splitAtCarriageReturn;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  // Bytes of the stream from here to start are kept, to be saved with a position.
  private int historyStart;
  private int start;
  private int scanned;
  private int limit;
  private int gaps;
  private boolean endedEarly;
  private long idleOffset = -1;
  private long idleSinceNanos;

  LineReader(
      LogStream stream, LogStreamReader reader, TimeIndex times, boolean splitAtCarriageReturn) {
    this.stream = stream;
    this.reader = reader;
    this.times = times;
    this.splitAtCarriageReturn = splitAtCarriageReturn;
    this.gaps = reader.gaps();
  }

  /**
   * Sets that the reader begins inside a line whose front was delivered: a line feed there is not
   * another line.
   */
  void beginInsideLine() {
    endedEarly = true;
  }

  /** Returns the offset in the stream of the first byte that is in no delivered line. */
  long position() {
    return reader.position() - (limit - start);
  }

  /**
   * Continues at a saved position, before anything is read. The line before it may have ended
   * early.
   */
  void seek(StreamPosition saved) throws IOException {
    reader.seek(saved);
    byte[] recent = saved.recentBytes();
    System.arraycopy(recent, 0, buffer, 0, recent.length);
    start = recent.length;
    scanned = start;
    limit = start;
    endedEarly = start > 0 && buffer[start - 1] != '\n';
  }

  /** Returns the position after the last line, to be saved. */
  StreamPosition savedPosition() throws IOException {
    int from = start - historyLength();
    return reader.positionBefore(limit - start, Arrays.copyOfRange(buffer, from, start));
  }

  private int historyLength() {
    return Math.max(0, Math.min(start - historyStart, StreamPosition.MAX_RECENT_BYTES));
  }

  /** Returns the number of bytes after the last line. */
  long unreadBytes() throws IOException {
    return Math.max(0, reader.endOffset() - reader.position() + (limit - start));
  }

  /** See {@link LogStreamReader#lostBytes()}. */
  long lostBytes() {
    return reader.lostBytes();
  }

  /** Returns the next complete line or piece of a long line, null if there is none yet. */
  @Nullable LogLine next() throws IOException {
    while (true) {
      skipLineFeedAfterEarlyEnd();
      int end = findLineEnd();
      if (end < 0 || end - start > MAX_PIECE_BYTES) {
        if (limit - start > MAX_PIECE_BYTES) {
          return takePiece();
        }
      } else {
        LogLine line = takeLine(end);
        if (line != null) {
          return line;
        }
        continue;
      }
      if (!fill()) {
        return null;
      }
    }
  }

  private void skipLineFeedAfterEarlyEnd() {
    if (endedEarly && start < limit) {
      endedEarly = false;
      if (buffer[start] == '\n') {
        consume(start + 1);
      }
    }
  }

  /** Returns null for the empty line before a carriage return: progress begins with one. */
  private @Nullable LogLine takeLine(int end) {
    boolean empty = end == start;
    LogLine line = toLine(end, end + 1, false);
    consume(end + 1);
    if (buffer[end] == '\n') {
      return line;
    }
    endedEarly = !empty;
    return empty ? null : line;
  }

  /** Returns and consumes the incomplete last line, null if there is none. */
  @Nullable LogLine nextIncomplete() {
    if (start == limit) {
      return null;
    }
    LogLine line = toLine(limit, limit, false);
    consume(limit);
    return line;
  }

  /** Returns whether there is an incomplete last line. */
  boolean hasIncomplete() {
    return start < limit;
  }

  /**
   * Returns and consumes the incomplete last line if the stream has not grown since a call {@code
   * delay} ago, else null. The rest of the line is another line then.
   */
  @Nullable LogLine nextIdle(long nowNanos, Duration delay) {
    if (start == limit || reader.position() != idleOffset) {
      idleOffset = reader.position();
      idleSinceNanos = nowNanos;
      return null;
    }
    return nowNanos - idleSinceNanos < delay.toNanos() ? null : endIncomplete();
  }

  /**
   * Returns and consumes the incomplete last line, null if there is none. The rest of the line is
   * another line then.
   */
  @Nullable LogLine endIncomplete() {
    endedEarly |= start < limit;
    return nextIncomplete();
  }

  private int findLineEnd() {
    for (int i = scanned; i < limit; i++) {
      if (buffer[i] == '\n' || (splitAtCarriageReturn && buffer[i] == '\r')) {
        // Not past it: if this becomes a piece, the end must be found again.
        scanned = i;
        return i;
      }
    }
    scanned = limit;
    return -1;
  }

  private LogLine takePiece() {
    int end = start + MAX_PIECE_BYTES;
    int split = end;
    while (split > end - MAX_UTF8_BYTES
        && (buffer[split] & CONTINUATION_MASK) == CONTINUATION_BITS) {
      split--;
    }
    // Four continuation bytes in a row are not UTF-8, so the split does not matter.
    int pieceEnd = (buffer[split] & CONTINUATION_MASK) == CONTINUATION_BITS ? end : split;
    LogLine line = toLine(pieceEnd, pieceEnd, true);
    consume(pieceEnd);
    return line;
  }

  private LogLine toLine(int end, int after, boolean partial) {
    String text = new String(buffer, start, end - start, UTF_8);
    long endOffset = reader.position() - (limit - after);
    return new LogLine(stream, timeOf(endOffset), text, partial, endOffset);
  }

  private Instant timeOf(long endOffset) {
    Instant indexed = times.timeOf(endOffset);
    return indexed == null ? reader.latestWriteTime() : indexed;
  }

  private void consume(int to) {
    start = to;
    scanned = Math.max(scanned, to);
  }

  private boolean fill() throws IOException {
    compact();
    // One byte stays free for the line feed that ends a line whose rest is missing.
    int count = reader.read(buffer, limit, buffer.length - limit - 1);
    if (reader.gaps() != gaps) {
      gaps = reader.gaps();
      endedEarly = false;
      if (start < limit) {
        System.arraycopy(buffer, limit, buffer, limit + 1, count);
        buffer[limit] = '\n';
        historyStart = limit + 1;
        limit += 1 + count;
        return true;
      }
      historyStart = limit;
    }
    limit += count;
    return count > 0;
  }

  private void compact() {
    if (start == limit || (start > 0 && buffer.length - limit < 2 * MAX_PIECE_BYTES)) {
      int from = start - historyLength();
      System.arraycopy(buffer, from, buffer, 0, limit - from);
      historyStart = Math.max(0, historyStart - from);
      start -= from;
      scanned -= from;
      limit -= from;
    }
  }

  LogStream stream() {
    return stream;
  }

  /** See {@link LogStreamReader#reopenIfReplaced()}. */
  void reopenIfReplaced() throws IOException {
    reader.reopenIfReplaced();
  }

  /** See {@link LogStreamReader#pinOpenFile()}. */
  void pinOpenFile() {
    reader.pinOpenFile();
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
