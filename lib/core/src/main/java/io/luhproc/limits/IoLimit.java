package io.luhproc.limits;

import java.nio.file.Path;
import java.util.OptionalLong;

/**
 * A limit of the throughput of one disk, for a process tree.
 *
 * @param path the absolute path of a block device such as {@code /dev/sda}, or of any file or
 *     directory on that device
 * @param readBytesPerSecond the maximum read rate in bytes per second, at least 4096; empty for no
 *     limit
 * @param writeBytesPerSecond the maximum write rate in bytes per second, at least 4096; empty for
 *     no limit
 * @since 0.1
 */
public record IoLimit(
    Path path, OptionalLong readBytesPerSecond, OptionalLong writeBytesPerSecond) {
  // One page. With less, reading the executable of a program takes hours.
  private static final long MIN_RATE = 4096;

  /**
   * Creates a limit.
   *
   * @throws IllegalArgumentException if the path is not absolute, if a rate is under 4096, or if
   *     both rates are empty
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
          "%s (%d) of %s must be at least %d: with less, a program takes hours to load"
              .formatted(name, rate.getAsLong(), path, MIN_RATE));
    }
  }

  /**
   * Returns a limit of both reading and writing.
   *
   * @param path the absolute path of a block device, or of a file on it
   * @param readBytesPerSecond the maximum read rate in bytes per second, at least 4096
   * @param writeBytesPerSecond the maximum write rate in bytes per second, at least 4096
   * @throws IllegalArgumentException if the path is not absolute, or if a rate is under 4096
   */
  public static IoLimit of(Path path, long readBytesPerSecond, long writeBytesPerSecond) {
    return new IoLimit(
        path, OptionalLong.of(readBytesPerSecond), OptionalLong.of(writeBytesPerSecond));
  }
}
