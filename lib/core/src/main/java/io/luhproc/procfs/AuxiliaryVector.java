package io.luhproc.procfs;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The units of the numbers in {@code /proc}, from {@code /proc/self/auxv}. See getauxval(3).
 *
 * @param pageSize the size of a memory page in bytes; 4096 if unknown
 * @param ticksPerSecond the number of clock ticks per second; 100 if unknown
 */
record AuxiliaryVector(long pageSize, long ticksPerSecond) {
  private static final String FILE = "/proc/self/auxv";
  private static final int AT_PAGESZ = 6;
  private static final int AT_CLKTCK = 17;
  private static final AuxiliaryVector DEFAULTS = new AuxiliaryVector(4096, 100);

  static AuxiliaryVector read() {
    try (InputStream in = new FileInputStream(FILE)) {
      return parse(ByteBuffer.wrap(in.readAllBytes()).order(ByteOrder.nativeOrder()));
    } catch (IOException ignored) {
      // Not readable by a process that is not dumpable, see prctl(2). The defaults are almost
      // always right.
      return DEFAULTS;
    }
  }

  /** Parses pairs of 64-bit words. All 32-bit machines use the default units. */
  static AuxiliaryVector parse(ByteBuffer words) {
    long page = DEFAULTS.pageSize;
    long ticks = DEFAULTS.ticksPerSecond;
    while (words.remaining() >= 2 * Long.BYTES) {
      long key = words.getLong();
      long value = words.getLong();
      page = key == AT_PAGESZ && value > 0 ? value : page;
      ticks = key == AT_CLKTCK && value > 0 ? value : ticks;
    }
    return new AuxiliaryVector(page, ticks);
  }
}
