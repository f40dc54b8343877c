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
 * The strings of one posix_spawn(3) as C wants them, in one piece of memory.
 *
 * <p>In a locale that is not UTF-8, and of bytes that are no text (which Java shows as U+FFFD),
 * only the JDK knows what it made of them: there, plain ASCII is all that is passed on.
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
   * Adds a string, which must be without NUL.
   *
   * @return its number
   * @throws CharacterCodingException when only the JDK knows how to encode it
   */
  int add(String text) throws CharacterCodingException, CharConversionException {
    if (text.indexOf(REPLACEMENT) >= 0) {
      throw new CharConversionException("only the JDK knows which bytes this stands for");
    }
    ByteBuffer bytes = encoder.encode(CharBuffer.wrap(text));
    size += bytes.remaining() + 1;
    strings.add(bytes);
    return strings.size() - 1;
  }

  /**
   * Adds some strings, whose numbers follow each other.
   *
   * @return the number of the first
   */
  int addAll(List<String> texts) throws CharacterCodingException, CharConversionException {
    int first = strings.size();
    for (String text : texts) {
      int ignored = add(text);
    }
    return first;
  }

  /** Returns all of them, followed by room for the pointers of two lists. */
  Allocation allocate(Runtime runtime) {
    int pointerSize = Long.BYTES;
    int arrayOffset = (size + pointerSize - 1) / pointerSize * pointerSize;
    // Zeros, so that each string ends with one. The JDK frees it once nobody refers to it.
    ByteBuffer memory =
        ByteBuffer.allocateDirect(arrayOffset + (strings.size() + 2) * pointerSize)
            .order(ByteOrder.nativeOrder());
    int[] offsets = new int[strings.size()];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = memory.position();
      memory.put(strings.get(i)).put((byte) 0);
    }
    // Its address is that of its position.
    return new Allocation(Pointer.wrap(runtime, memory.rewind()), offsets, arrayOffset);
  }

  /** The strings in memory that lives for as long as this does. */
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

    /** Returns the pointers to some strings, and a null at the end; to be asked for once each. */
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
