package io.luhproc.log;

import io.luhproc.log.file.LogStreamReader;
import java.io.IOException;

/** Finds the offset of the last lines of a stream by searching backwards from an offset. */
final class TailOffsetFinder {
  private static final int INITIAL_WINDOW_BYTES = 64 << 10;
  private static final int MAX_WINDOW_BYTES = 4 << 20;

  private final LogStreamReader reader;
  private final boolean splitAtCarriageReturn;
  private final long endOffset;
  private final long oldestOffset;

  /** Creates a finder that searches backwards from {@code endOffset}. */
  TailOffsetFinder(LogStreamReader reader, boolean splitAtCarriageReturn, long endOffset)
      throws IOException {
    this.reader = reader;
    this.splitAtCarriageReturn = splitAtCarriageReturn;
    this.endOffset = endOffset;
    this.oldestOffset = reader.oldestOffset();
  }

  /** Returns the offset of the last lines, counting an incomplete one. */
  long offsetOfLastLines(int lines) throws IOException {
    byte[] last = new byte[1];
    boolean complete =
        endOffset > oldestOffset
            && reader.readAt(endOffset - 1, last) == 1
            && isLineEnd(last[0], (byte) 0);
    return offsetAfterLineEnd(complete ? lines + 1L : lines);
  }

  /** Returns the offset of the last complete lines, which an incomplete one may follow. */
  long offsetOfLastCompleteLines(int lines) throws IOException {
    return offsetAfterLineEnd(lines + 1L);
  }

  private boolean isLineEnd(byte value, byte next) {
    return value == '\n' || (splitAtCarriageReturn && value == '\r' && next != '\n');
  }

  /**
   * Returns the offset after the {@code lineEnds}th line end from the end. Not further back than
   * that many pieces of maximum length, because a piece of a long line counts as a line.
   */
  private long offsetAfterLineEnd(long lineEnds) throws IOException {
    long lowest = Math.max(oldestOffset, endOffset - lineEnds * LineReader.MAX_PIECE_BYTES);
    long remaining = lineEnds;
    long high = lineEnds == 0 ? lowest : endOffset;
    int size = INITIAL_WINDOW_BYTES;
    byte next = 0;
    while (high > lowest) {
      long low = Math.max(lowest, high - size);
      byte[] window = new byte[(int) (high - low)];
      int count = reader.readAt(low, window);
      for (int i = count - 1; i >= 0; i--) {
        if (isLineEnd(window[i], next) && --remaining == 0) {
          return low + i + 1;
        }
        next = window[i];
      }
      high = low;
      size = Math.min(2 * size, MAX_WINDOW_BYTES);
    }
    return lowest;
  }
}
