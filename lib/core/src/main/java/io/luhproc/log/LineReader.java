package io.luhproc.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.luhproc.log.file.LogStreamReader;
import io.luhproc.log.file.TimeIndex;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Splits a stream into lines, from the position of its reader. */
final class LineReader implements Closeable {
  static final int MAX_PIECE_BYTES = 64 << 10;
  private static final int BUFFER_BYTES = 4 * MAX_PIECE_BYTES;
  private static final int MAX_UTF8_BYTES = 4;
  private static final int CONTINUATION_MASK = 0xc0;
  private static final int CONTINUATION_BITS = 0x80;

  private final LogStream stream;
  private final LogStreamReader reader;
  private final TimeIndex times;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int start;
  private int scanned;
  private int limit;

  LineReader(LogStream stream, LogStreamReader reader, TimeIndex times) {
    this.stream = stream;
    this.reader = reader;
    this.times = times;
  }

  /** Returns the next complete line or piece of a long line, null if there is none yet. */
  @Nullable LogLine next() throws IOException {
    while (true) {
      int end = findLineFeed();
      if (end < 0 || end - start > MAX_PIECE_BYTES) {
        if (limit - start > MAX_PIECE_BYTES) {
          return takePiece();
        }
      } else {
        LogLine line = toLine(end, end + 1, false);
        consume(end + 1);
        return line;
      }
      if (!fill()) {
        return null;
      }
    }
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

  private int findLineFeed() {
    for (int i = scanned; i < limit; i++) {
      if (buffer[i] == '\n') {
        // Not past it: if this becomes a piece, the line feed must be found again.
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
    return new LogLine(stream, timeOf(after), text, partial);
  }

  private Instant timeOf(int after) {
    Instant indexed = times.timeOf(reader.position() - (limit - after));
    return indexed == null ? reader.latestWriteTime() : indexed;
  }

  private void consume(int to) {
    start = to;
    scanned = Math.max(scanned, to);
  }

  private boolean fill() throws IOException {
    compact();
    long expected = reader.position();
    // One byte stays free for the line feed that ends a line whose rest has expired.
    int count = reader.read(buffer, limit, buffer.length - limit - 1);
    if (count <= 0) {
      return false;
    }
    if (reader.position() - count != expected && start < limit) {
      System.arraycopy(buffer, limit, buffer, limit + 1, count);
      buffer[limit] = '\n';
      limit++;
    }
    limit += count;
    return true;
  }

  private void compact() {
    if (start == limit) {
      start = 0;
      scanned = 0;
      limit = 0;
    } else if (start > 0 && buffer.length - limit < 2 * MAX_PIECE_BYTES) {
      System.arraycopy(buffer, start, buffer, 0, limit - start);
      limit -= start;
      scanned -= start;
      start = 0;
    }
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
