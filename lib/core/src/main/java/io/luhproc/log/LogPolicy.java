package io.luhproc.log;

import java.time.Duration;

/**
 * How much of a stream is kept: by default 10 MiB in the live file and 5 rotated parts, of any age,
 * not compressed.
 *
 * @param maxBytes bytes in the live file above which its front becomes a part, at least 4096
 * @param maxBackups how many rotated parts are kept, at least 1; the oldest go first
 * @param maxAge the age above which a rotated part is deleted, longer than zero
 * @param gzip whether rotated parts are compressed
 */
public record LogPolicy(long maxBytes, int maxBackups, Duration maxAge, boolean gzip) {
  private static final long MIN_MAX_BYTES = 4096;
  private static final LogPolicy DEFAULTS =
      new LogPolicy(10 << 20, 5, Duration.ofDays(36_500), false);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when one is outside of its range
   */
  public LogPolicy {
    if (maxBytes < MIN_MAX_BYTES) {
      throw new IllegalArgumentException(
          "maxBytes (" + maxBytes + ") must be at least " + MIN_MAX_BYTES);
    }
    if (maxBackups < 1) {
      throw new IllegalArgumentException("maxParts (" + maxBackups + ") must be at least 1");
    }
    if (maxAge.isZero() || maxAge.isNegative()) {
      throw new IllegalArgumentException("maxAge (" + maxAge + ") must be longer than zero");
    }
  }

  /** Returns the defaults: 10 MiB, 5 parts, a hundred years, no gzip. */
  public static LogPolicy defaults() {
    return DEFAULTS;
  }

  /**
   * Returns this policy with another size of the live file, in bytes.
   *
   * @throws IllegalArgumentException when it is less than 4096
   */
  public LogPolicy withMaxBytes(long bytes) {
    return new LogPolicy(bytes, maxBackups, maxAge, gzip);
  }

  /**
   * Returns this policy with another number of rotated parts.
   *
   * @throws IllegalArgumentException when it is less than 1
   */
  public LogPolicy withMaxBackups(int count) {
    return new LogPolicy(maxBytes, count, maxAge, gzip);
  }

  /**
   * Returns this policy with another age at which parts are deleted.
   *
   * @throws IllegalArgumentException when it is zero or negative
   */
  public LogPolicy withMaxAge(Duration age) {
    return new LogPolicy(maxBytes, maxBackups, age, gzip);
  }

  /** Returns this policy with rotated parts compressed or not. */
  public LogPolicy withGzip(boolean compressed) {
    return new LogPolicy(maxBytes, maxBackups, maxAge, compressed);
  }
}
