package io.luhproc.time;

import java.io.DataInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.util.concurrent.ThreadLocalRandom;

/** Generates random tokens and jitter. The only source of randomness. */
public final class RandomTokens {
  private static final int RADIX = 36;

  private RandomTokens() {}

  /**
   * Returns a token of lower-case letters and digits that identifies a launch.
   *
   * <p>Tokens are unique with high probability. They are predictable and must not serve as secrets.
   */
  public static String next() {
    // Launches in one directory are sequential, so the monotonic clock distinguishes them. The wall
    // clock distinguishes boots.
    long token = System.nanoTime() ^ System.currentTimeMillis() << 20;
    return Long.toString(token >>> 1, RADIX);
  }

  /**
   * Returns 64 random bits, which differ from those of other JVMs that start at the same time.
   *
   * <p>Reads {@code /dev/urandom}: {@link java.security.SecureRandom} takes milliseconds to load.
   */
  public static long bits() {
    try (DataInputStream random = new DataInputStream(new FileInputStream("/dev/urandom"))) {
      return random.readLong();
    } catch (IOException ignored) {
      // A container without /dev, or no descriptor is left.
      return ThreadLocalRandom.current().nextLong();
    }
  }

  /** Returns a uniformly distributed number from -1 (inclusive) to 1 (exclusive). */
  public static double jitter() {
    return ThreadLocalRandom.current().nextDouble(-1, 1);
  }
}
