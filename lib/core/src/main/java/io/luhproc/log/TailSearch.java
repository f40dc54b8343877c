package io.luhproc.log;

import java.io.IOException;

/** Finds from where the last lines of a stream are to be read, looking backwards from its end. */
final class TailSearch {
  private static final int FIRST_WINDOW = 64 << 10;
  private static final int LARGEST_WINDOW = 4 << 20;

  private final StreamReader reader;
  private final long end;
  private final long first;

  /** Searches what the reader has before {@code end}. */
  TailSearch(StreamReader reader, long end) throws IOException {
    this.reader = reader;
    this.end = end;
    this.first = reader.first();
  }

  /** Returns the offset of the last lines, an unfinished one counted. */
  long lastLines(int lines) throws IOException {
    byte[] last = new byte[1];
    boolean finished = end > first && reader.readFrom(end - 1, last) == 1 && last[0] == '\n';
    return afterLineFeed(finished ? lines + 1L : lines);
  }

  /** Returns the offset of the last finished lines; an unfinished one comes after them. */
  long lastFinishedLines(int lines) throws IOException {
    return afterLineFeed(lines + 1L);
  }

  /**
   * Returns the offset after the {@code wanted}th line feed from the end. Where lines are longer
   * than a piece, not so far back: a piece counts as a line.
   */
  private long afterLineFeed(long wanted) throws IOException {
    long lowest = Math.max(first, end - wanted * LineReader.LONGEST_PIECE);
    long missing = wanted;
    long high = wanted == 0 ? lowest : end;
    int size = FIRST_WINDOW;
    while (high > lowest) {
      long low = Math.max(lowest, high - size);
      byte[] window = new byte[(int) (high - low)];
      int count = reader.readFrom(low, window);
      for (int i = count - 1; i >= 0; i--) {
        if (window[i] == '\n' && --missing == 0) {
          return low + i + 1;
        }
      }
      high = low;
      size = Math.min(2 * size, LARGEST_WINDOW);
    }
    return lowest;
  }
}
