package io.luhproc.time;

import java.util.SplittableRandom;

/** The only source of randomness. */
public final class Tokens {
  private static final int RADIX = 36;

  private Tokens() {}

  /**
   * Returns a text of lower-case letters and digits that tells two launches apart. It is no secret:
   * it need only be unlikely to come twice.
   */
  public static String random() {
    SplittableRandom random =
        new SplittableRandom(System.nanoTime() ^ ProcessHandle.current().pid() << 40);
    return Long.toUnsignedString(random.nextLong(), RADIX);
  }
}
