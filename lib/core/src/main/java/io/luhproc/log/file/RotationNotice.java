package io.luhproc.log.file;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/**
 * Lines that the maintainer writes into a stream, so that a person who opens a file understands it.
 *
 * <p>The front notice fills the rest of the first block of the active file after a collapse, which
 * removes whole blocks only. It is one line: {@code [luhproc: earlier output is in
 * out-20261120T153000.000Z.log] .....}, padded with dots. Its length is the number of punched bytes
 * of the {@link IndexHeader}; readers skip it like a hole.
 *
 * <p>The drop notice is the first line of a rotated file and belongs to the stream: {@code
 * [luhproc: 4096 bytes of output were dropped here ...]}. It takes the place of the last dropped
 * bytes.
 */
public final class RotationNotice {
  /** Space for the longest front notice without padding; a collapse leaves at least as much. */
  public static final int MIN_FRONT_BYTES = 128;

  private static final String PREFIX = "[luhproc: ";
  private static final String FRONT_PREFIX = PREFIX + "earlier output is in ";
  private static final int MAX_FRONT_BYTES = 64 << 10;

  private RotationNotice() {}

  /** Returns a front notice of exactly {@code length} bytes, at least 1. */
  public static byte[] front(LogFiles files, long rotatedAt, int length) throws IOException {
    byte[] notice = new byte[length];
    Arrays.fill(notice, (byte) '.');
    byte[] text =
        (FRONT_PREFIX + files.plainFile(rotatedAt).getFileName() + "] ").getBytes(US_ASCII);
    System.arraycopy(text, 0, notice, 0, Math.min(text.length, length));
    notice[length - 1] = '\n';
    return notice;
  }

  /** Returns the line that tells of dropped output. */
  public static byte[] dropped(long bytes, long total) {
    String text =
        PREFIX
            + bytes
            + " bytes of output were dropped here, "
            + total
            + " in total: it came faster than the log policy keeps]\n";
    return text.getBytes(US_ASCII);
  }

  /** Returns whether a rotated file begins with a drop notice. */
  public static boolean startsWithNotice(FileChannel file) throws IOException {
    return startsWith(file, PREFIX);
  }

  /**
   * Returns whether the front of an active file with punched bytes is as a rotation left it: NULs
   * or a front notice. Otherwise another program truncated the file, and it has grown since then.
   */
  public static boolean isFrontIntact(FileChannel active) throws IOException {
    return LogFiles.byteAt(active, 0) <= 0 || startsWith(active, FRONT_PREFIX);
  }

  /** Returns the length of the front that is no output: of a front notice or of leading NULs. */
  public static long frontLength(FileChannel active) throws IOException {
    if (!startsWith(active, FRONT_PREFIX)) {
      return LogFiles.countLeadingNuls(active);
    }
    ByteBuffer buffer = ByteBuffer.allocate(MAX_FRONT_BYTES);
    active.read(buffer, 0);
    for (int i = 0; i < buffer.position(); i++) {
      if (buffer.get(i) == '\n') {
        return i + 1L;
      }
    }
    return 0;
  }

  private static boolean startsWith(FileChannel file, String prefix) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(prefix.length());
    file.read(buffer, 0);
    return Arrays.equals(buffer.array(), prefix.getBytes(US_ASCII));
  }
}
