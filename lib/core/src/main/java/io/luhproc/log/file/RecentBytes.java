package io.luhproc.log.file;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/**
 * The last 512 bytes that were read from a stream. A file that does not have them before the next
 * byte is not the continuation: it was truncated and written again.
 *
 * <p>Output that repeats the same 512 bytes defeats this.
 */
final class RecentBytes {
  static final int CAPACITY = 512;

  private final byte[] bytes = new byte[CAPACITY];
  private int length;

  void clear() {
    length = 0;
  }

  int length() {
    return length;
  }

  void append(byte[] source, int offset, int count) {
    int added = Math.min(count, CAPACITY);
    int kept = Math.min(length, CAPACITY - added);
    System.arraycopy(bytes, length - kept, bytes, 0, kept);
    System.arraycopy(source, offset + count - added, bytes, kept, added);
    length = kept + added;
  }

  /**
   * Returns whether a file has these bytes before an offset. Remembers the bytes of the file if
   * there are none yet.
   *
   * @param available number of bytes before the offset that belong to the stream
   */
  boolean precede(FileChannel file, long offset, long available) throws IOException {
    boolean unknown = length == 0;
    int count = (int) Math.min(unknown ? CAPACITY : length, available);
    ByteBuffer found = ByteBuffer.allocate(count);
    while (found.hasRemaining() && file.read(found, offset - found.remaining()) > 0) {
      // Until all are read, or until the end of a file that was truncated.
    }
    if (found.hasRemaining()) {
      return false;
    }
    if (unknown) {
      append(found.array(), 0, count);
    }
    return endsWith(found.array());
  }

  /** Returns whether the next bytes of an input are the last {@code count} of these. */
  boolean areNext(InputStream input, int count) throws IOException {
    byte[] found = input.readNBytes(count);
    return found.length == count && endsWith(found);
  }

  private boolean endsWith(byte[] found) {
    return Arrays.equals(bytes, length - found.length, length, found, 0, found.length);
  }
}
