package io.luhproc.posix;

import java.io.CharConversionException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/**
 * Collects the C strings of one posix_spawn(3) call and copies them into one block of memory.
 *
 * <p>Only text whose encoding is certain is accepted: ASCII, and in a UTF-8 locale everything but
 * U+FFFD. The JDK decodes malformed bytes to U+FFFD, so the original bytes are unknown here.
 */
final class CStringArena {
  private static final Charset CHARSET =
      StandardCharsets.UTF_8.equals(Charset.defaultCharset())
              && "UTF-8".equals(System.getProperty("sun.jnu.encoding"))
          ? StandardCharsets.UTF_8
          : StandardCharsets.US_ASCII;
  private static final char REPLACEMENT = '\uFFFD';

  private final List<ByteBuffer> strings = new ArrayList<>();
  private final CharsetEncoder encoder = CHARSET.newEncoder();
  private int size;

  /**
   * Adds a string, which must not contain NUL.
   *
   * @return its index
   * @throws CharacterCodingException if its encoding is not certain
   */
  int add(String text) throws CharacterCodingException, CharConversionException {
    if (text.indexOf(REPLACEMENT) >= 0) {
      throw new CharConversionException("cannot encode U+FFFD: the original bytes are unknown");
    }
    ByteBuffer bytes = encoder.encode(CharBuffer.wrap(text));
    size += bytes.remaining() + 1;
    strings.add(bytes);
    return strings.size() - 1;
  }

  /**
   * Adds strings with consecutive indexes.
   *
   * @return the index of the first
   */
  int addAll(List<String> texts) throws CharacterCodingException, CharConversionException {
    int first = strings.size();
    for (String text : texts) {
      int ignored = add(text);
    }
    return first;
  }

  /** Copies all strings into new memory, followed by space for two pointer arrays. */
  Allocation allocate(Runtime runtime) {
    int pointerSize = Long.BYTES;
    int arrayOffset = (size + pointerSize - 1) / pointerSize * pointerSize;
    // Zero-filled, which terminates the strings. The garbage collector frees it.
    ByteBuffer memory =
        ByteBuffer.allocateDirect(arrayOffset + (strings.size() + 2) * pointerSize)
            .order(ByteOrder.nativeOrder());
    int[] offsets = new int[strings.size()];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = memory.position();
      memory.put(strings.get(i)).put((byte) 0);
    }
    // Pointer.wrap takes the address of the buffer's position, so rewind first.
    return new Allocation(Pointer.wrap(runtime, memory.rewind()), offsets, arrayOffset);
  }

  /** The strings in native memory, which stays allocated while this object is reachable. */
  static final class Allocation {
    private final Pointer memory;
    private final int[] offsets;
    private int nextArrayOffset;

    private Allocation(Pointer memory, int[] offsets, int nextArrayOffset) {
      this.memory = memory;
      this.offsets = offsets;
      this.nextArrayOffset = nextArrayOffset;
    }

    Pointer string(int index) {
      return memory.slice(offsets[index]);
    }

    /** Writes a null-terminated array of pointers to a range of strings; at most two calls. */
    Pointer pointerArray(int from, int to) {
      int start = nextArrayOffset;
      for (int i = from; i < to; i++) {
        memory.putLong(nextArrayOffset, memory.address() + offsets[i]);
        nextArrayOffset += Long.BYTES;
      }
      memory.putLong(nextArrayOffset, 0);
      nextArrayOffset += Long.BYTES;
      return memory.slice(start);
    }
  }
}
