package io.luhproc.limits;

import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * How fast a disk may be read and written.
 *
 * @param path a block device such as {@code /dev/sda}, or any file or directory on it; absolute
 * @param readBytesPerSecond bytes that may be read in a second, at least 4096; empty: any number
 * @param writeBytesPerSecond bytes that may be written in a second, at least 4096; empty: any
 *     number
 */
public record IoLimit(
    Path path, OptionalLong readBytesPerSecond, OptionalLong writeBytesPerSecond) {
  // One page: with less, a program is hours in reading its own executable.
  private static final long MIN_RATE = 4096;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when the path is not absolute, a value is outside of its
   *     range, or both are empty
   */
  public IoLimit {
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException("path (" + path + ") must be absolute");
    }
    if (readBytesPerSecond.isEmpty() && writeBytesPerSecond.isEmpty()) {
      throw new IllegalArgumentException(
          "readBytesPerSecond and writeBytesPerSecond of " + path + " must not both be empty");
    }
    checkRate("readBytesPerSecond", path, readBytesPerSecond);
    checkRate("writeBytesPerSecond", path, writeBytesPerSecond);
  }

  private static void checkRate(String name, Path path, OptionalLong rate) {
    if (rate.isPresent() && rate.getAsLong() < MIN_RATE) {
      throw new IllegalArgumentException(
          "%s (%d) of %s must be at least %d: with less, a program hardly gets loaded"
              .formatted(name, rate.getAsLong(), path, MIN_RATE));
    }
  }

  /**
   * Returns a limit of both directions.
   *
   * @throws IllegalArgumentException when a value is outside of its range, see {@link IoLimit}
   */
  public static IoLimit of(Path path, long readBytesPerSecond, long writeBytesPerSecond) {
    return new IoLimit(
        path, OptionalLong.of(readBytesPerSecond), OptionalLong.of(writeBytesPerSecond));
  }
}
