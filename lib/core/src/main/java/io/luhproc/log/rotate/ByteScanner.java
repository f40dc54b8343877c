package io.luhproc.log.rotate;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Searches the bytes of the active file. */
final class ByteScanner {
  private static final int WINDOW_BYTES = 64 << 10;

  private ByteScanner() {}

  /** Returns the offset after the last line end of a range, or else the end of the range. */
  static long findSplitOffset(FileChannel file, long from, long to) throws IOException {
    long split = afterLastLine(file, from, to);
    return split == from ? to : split;
  }

  /** Returns the offset after the last line end of a range, or else its start. */
  static long afterLastLine(FileChannel file, long from, long to) throws IOException {
    ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES);
    for (long high = to; high > from; high -= WINDOW_BYTES) {
      long low = Math.max(from, high - WINDOW_BYTES);
      file.read(window.clear().limit((int) (high - low)), low);
      for (int i = window.position() - 1; i >= 0; i--) {
        if (window.get(i) == '\n') {
          return low + i + 1;
        }
      }
    }
    return from;
  }

  /** Returns whether all bytes of a range exist and are NUL. */
  static boolean isNul(FileChannel file, long from, long length) throws IOException {
    ByteBuffer window = ByteBuffer.allocate(WINDOW_BYTES);
    for (long at = from; at < from + length; at += window.limit()) {
      window.clear().limit((int) Math.min(WINDOW_BYTES, from + length - at));
      if (file.read(window, at) <= 0 || !isNul(window.flip())) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNul(ByteBuffer bytes) {
    for (int i = 0; i < bytes.limit(); i++) {
      if (bytes.get(i) != 0) {
        return false;
      }
    }
    return true;
  }
}
