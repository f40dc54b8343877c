package io.luhproc.procfs;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What the kernel told this JVM when it was started, {@code /proc/self/auxv}: the units of the
 * numbers in {@code /proc}. See getauxval(3).
 *
 * @param pageSize bytes to a page of memory; 4096 where the kernel did not say
 * @param ticksPerSecond clock ticks to a second; 100 where the kernel did not say
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
      // A JVM that is not dumpable, prctl(2), may not read it; these units hold nearly everywhere.
      return DEFAULTS;
    }
  }

  /** Reads pairs of words of 64 bits; the 32-bit machines all have the usual units. */
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
