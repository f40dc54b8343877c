package io.luhproc.log;

import io.luhproc.log.file.LogStreamReader;
import java.io.IOException;

/** Finds the offset of the last lines of a stream by searching backwards from an offset. */
final class TailOffsetFinder {
  private static final int INITIAL_WINDOW_BYTES = 64 << 10;
  private static final int MAX_WINDOW_BYTES = 4 << 20;

  private final LogStreamReader reader;
  private final long endOffset;
  private final long oldestOffset;

  /** Creates a finder that searches backwards from {@code endOffset}. */
  TailOffsetFinder(LogStreamReader reader, long endOffset) throws IOException {
    this.reader = reader;
    this.endOffset = endOffset;
    this.oldestOffset = reader.oldestOffset();
  }

  /** Returns the offset of the last lines, counting an incomplete one. */
  long offsetOfLastLines(int lines) throws IOException {
    byte[] last = new byte[1];
    boolean complete =
        endOffset > oldestOffset && reader.readAt(endOffset - 1, last) == 1 && last[0] == '\n';
    return offsetAfterLineFeed(complete ? lines + 1L : lines);
  }

  /** Returns the offset of the last complete lines, which an incomplete one may follow. */
  long offsetOfLastCompleteLines(int lines) throws IOException {
    return offsetAfterLineFeed(lines + 1L);
  }

  /**
   * Returns the offset after the {@code lineFeeds}th line feed from the end. Not further back than
   * that many pieces of maximum length, because a piece of a long line counts as a line.
   */
  private long offsetAfterLineFeed(long lineFeeds) throws IOException {
    long lowest = Math.max(oldestOffset, endOffset - lineFeeds * LineReader.MAX_PIECE_BYTES);
    long remaining = lineFeeds;
    long high = lineFeeds == 0 ? lowest : endOffset;
    int size = INITIAL_WINDOW_BYTES;
    while (high > lowest) {
      long low = Math.max(lowest, high - size);
      byte[] window = new byte[(int) (high - low)];
      int count = reader.readAt(low, window);
      for (int i = count - 1; i >= 0; i--) {
        if (window[i] == '\n' && --remaining == 0) {
          return low + i + 1;
        }
      }
      high = low;
      size = Math.min(2 * size, MAX_WINDOW_BYTES);
    }
    return lowest;
  }
}
