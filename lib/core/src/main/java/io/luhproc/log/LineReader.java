package io.luhproc.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The lines of a stream, one after the other, from where its reader stands. */
final class LineReader implements Closeable {
  static final int LONGEST_PIECE = 64 << 10;
  private static final int BUFFER_BYTES = 4 * LONGEST_PIECE;
  private static final int LONGEST_CHARACTER = 4;
  private static final int CONTINUATION_MASK = 0xc0;
  private static final int CONTINUATION = 0x80;

  private final StreamReader source;
  private final TimeIndex times;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int start;
  private int scanned;
  private int filled;

  LineReader(StreamReader source, TimeIndex times) {
    this.source = source;
    this.times = times;
  }

  /** Returns the next whole line or piece of a long one, null when there is none for now. */
  @Nullable LogLine next() throws IOException {
    while (true) {
      int end = lineFeed();
      if (end < 0 || end - start > LONGEST_PIECE) {
        if (filled - start > LONGEST_PIECE) {
          return piece();
        }
      } else {
        LogLine line = line(end, end + 1, false);
        advance(end + 1);
        return line;
      }
      if (!fill()) {
        return null;
      }
    }
  }

  /** Returns the unfinished last line and takes it as read, null when there is none. */
  @Nullable LogLine rest() {
    if (start == filled) {
      return null;
    }
    LogLine line = line(filled, filled, false);
    advance(filled);
    return line;
  }

  private int lineFeed() {
    for (int i = scanned; i < filled; i++) {
      if (buffer[i] == '\n') {
        // Not beyond it: what is a piece now is looked at again.
        scanned = i;
        return i;
      }
    }
    scanned = filled;
    return -1;
  }

  private LogLine piece() {
    int end = start + LONGEST_PIECE;
    int cut = end;
    while (cut > end - LONGEST_CHARACTER && (buffer[cut] & CONTINUATION_MASK) == CONTINUATION) {
      cut--;
    }
    // Four continuation bytes in a row are no UTF-8 anyway.
    int pieceEnd = (buffer[cut] & CONTINUATION_MASK) == CONTINUATION ? end : cut;
    LogLine line = line(pieceEnd, pieceEnd, true);
    advance(pieceEnd);
    return line;
  }

  private LogLine line(int end, int after, boolean partial) {
    String text = new String(buffer, start, end - start, UTF_8);
    return new LogLine(source.files().stream(), timeOf(after), text, partial);
  }

  private Instant timeOf(int after) {
    Instant noted = times.timeOf(source.position() - (filled - after));
    return noted == null ? source.writtenBy() : noted;
  }

  private void advance(int to) {
    start = to;
    scanned = Math.max(scanned, to);
  }

  private boolean fill() throws IOException {
    makeRoom();
    long expected = source.position();
    // One byte stays free for the line feed that ends a line whose rest is gone.
    int count = source.read(buffer, filled, buffer.length - filled - 1);
    if (count <= 0) {
      return false;
    }
    if (source.position() - count != expected && start < filled) {
      System.arraycopy(buffer, filled, buffer, filled + 1, count);
      buffer[filled] = '\n';
      filled++;
    }
    filled += count;
    return true;
  }

  private void makeRoom() {
    if (start == filled) {
      start = 0;
      scanned = 0;
      filled = 0;
    } else if (start > 0 && buffer.length - filled < 2 * LONGEST_PIECE) {
      System.arraycopy(buffer, start, buffer, 0, filled - start);
      filled -= start;
      scanned -= start;
      start = 0;
    }
  }

  /** Goes on with another file of the same name, see {@link StreamReader#reopenIfReplaced()}. */
  void reopenIfReplaced() throws IOException {
    source.reopenIfReplaced();
  }

  /** Reads on only from what is open, see {@link StreamReader#freeze()}. */
  void freeze() {
    source.freeze();
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
