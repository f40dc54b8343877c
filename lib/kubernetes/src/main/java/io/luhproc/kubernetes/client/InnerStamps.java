package io.luhproc.kubernetes.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * Removes the stamps inside long lines of a log.
 *
 * <p>A container runtime stores a line in pieces of 16 KiB, and a kubelet before 1.27 puts a stamp
 * before each piece (kubernetes#77603). A line begins with a stamp too, which is kept.
 */
final class InnerStamps {
  private static final int PIECE_BYTES = 16 << 10;
  private static final int MAX_STAMP_BYTES = 36;
  private static final int NEVER = Integer.MAX_VALUE;
  private static final int AFTER_FIRST_BLANK = -1;

  // What may be a stamp.
  private final byte[] pending = new byte[MAX_STAMP_BYTES];
  private int pendingBytes;
  // The number of bytes until the next stamp, or one of the constants.
  private int left = AFTER_FIRST_BLANK;

  /** Adds a byte to a line, unless it is of a stamp. */
  void add(byte b, ByteArrayOutputStream line) {
    if (left == 0) {
      addPending(b, line);
      return;
    }
    line.write(b);
    if (left > 0 && left != NEVER) {
      left--;
    } else if (left == AFTER_FIRST_BLANK && b == ' ') {
      left = PIECE_BYTES;
    }
  }

  private void addPending(byte b, ByteArrayOutputStream line) {
    pending[pendingBytes++] = b;
    if (b == ' ' && isStamp()) {
      pendingBytes = 0;
      left = PIECE_BYTES;
    } else if (b == ' ' || pendingBytes == MAX_STAMP_BYTES) {
      // A later kubelet.
      flush(line);
      left = NEVER;
    }
  }

  private boolean isStamp() {
    try {
      return Instant.parse(new String(pending, 0, pendingBytes - 1, US_ASCII))
          .isAfter(Instant.EPOCH);
    } catch (DateTimeException expected) {
      return false;
    }
  }

  private void flush(ByteArrayOutputStream line) {
    line.write(pending, 0, pendingBytes);
    pendingBytes = 0;
  }

  /** Ends a line. */
  void end(ByteArrayOutputStream line) {
    flush(line);
    left = AFTER_FIRST_BLANK;
  }
}
