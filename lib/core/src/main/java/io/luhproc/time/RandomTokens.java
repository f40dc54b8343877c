package io.luhproc.time;

import java.util.concurrent.ThreadLocalRandom;

/** The only source of randomness. */
public final class RandomTokens {
  private static final int RADIX = 36;

  private RandomTokens() {}

  /**
   * Returns a text of lower-case letters and digits that tells two launches apart. It is no secret:
   * it need only be unlikely to come twice.
   */
  public static String next() {
    // Launches of one directory come one after the other, so a clock that only goes up would do;
    // the wall clock tells two boots apart.
    long token = System.nanoTime() ^ System.currentTimeMillis() << 20;
    return Long.toString(token >>> 1, RADIX);
  }

  /** Returns a number from -1 to 1 by chance. */
  public static double jitter() {
    return ThreadLocalRandom.current().nextDouble(-1, 1);
  }
}
