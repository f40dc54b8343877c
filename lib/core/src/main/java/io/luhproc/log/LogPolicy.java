package io.luhproc.log;

import io.luhproc.log.file.DatedName;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * Rotation and retention of a log stream.
 *
 * <p>Default: an active file of 10 MiB and 5 rotated files of any age, not compressed, named by the
 * time of their rotation.
 *
 * @param maxBytes size in bytes above which the front of the active file is rotated, at least 4096;
 *     also about the size of a rotated file
 * @param maxBackups number of rotated files to keep, at least 1; the oldest are deleted first
 * @param maxAge age above which a rotated file is deleted, longer than zero; more than 100 years
 *     count as 100 years
 * @param gzip whether rotated files are compressed
 * @param name the pattern of dated names, see {@link #withName}; empty for {@code out-<UTC
 *     time>.log}
 * @since 0.1
 */
public record LogPolicy(
    long maxBytes, int maxBackups, Duration maxAge, boolean gzip, Optional<String> name) {
  private static final long MIN_MAX_BYTES = 4096;
  // A longer one cannot be subtracted from every time.
  private static final Duration LONGEST_AGE = Duration.ofDays(36_500);
  private static final LogPolicy DEFAULTS =
      new LogPolicy(10 << 20, 5, LONGEST_AGE, false, Optional.empty());

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException if a value is out of range
   */
  public LogPolicy {
    if (maxBytes < MIN_MAX_BYTES) {
      throw new IllegalArgumentException(
          "maxBytes (" + maxBytes + ") must be at least " + MIN_MAX_BYTES);
    }
    if (maxBackups < 1) {
      throw new IllegalArgumentException("maxBackups (" + maxBackups + ") must be at least 1");
    }
    Objects.requireNonNull(maxAge, "maxAge");
    if (maxAge.isZero() || maxAge.isNegative()) {
      throw new IllegalArgumentException("maxAge (" + maxAge + ") must be longer than zero");
    }
    maxAge = maxAge.compareTo(LONGEST_AGE) > 0 ? LONGEST_AGE : maxAge;
    // No lambda, of which the first costs a cold JVM some milliseconds.
    if (name.isPresent()) {
      DatedName.checkPattern(name.get());
    }
  }

  /** Returns the default policy: 10 MiB, 5 rotated files, 100 years, not compressed. */
  public static LogPolicy defaults() {
    return DEFAULTS;
  }

  /**
   * Returns this policy with another size of the active file.
   *
   * @param bytes the size in bytes
   * @throws IllegalArgumentException if it is less than 4096
   */
  public LogPolicy withMaxBytes(long bytes) {
    return new LogPolicy(bytes, maxBackups, maxAge, gzip, name);
  }

  /**
   * Returns this policy with another number of rotated files.
   *
   * @param count the number of files
   * @throws IllegalArgumentException if it is less than 1
   */
  public LogPolicy withMaxBackups(int count) {
    return new LogPolicy(maxBytes, count, maxAge, gzip, name);
  }

  /**
   * Returns this policy with another maximum age of rotated files.
   *
   * @param age the age
   * @throws IllegalArgumentException if it is zero or negative
   */
  public LogPolicy withMaxAge(Duration age) {
    return new LogPolicy(maxBytes, maxBackups, age, gzip, name);
  }

  /**
   * Returns this policy with compression of rotated files on or off.
   *
   * @param compressed whether rotated files are compressed
   */
  public LogPolicy withGzip(boolean compressed) {
    return new LogPolicy(maxBytes, maxBackups, maxAge, compressed, name);
  }

  /**
   * Returns this policy with rotated files that are named by day, such as {@code {process}
   * {date}.log} for {@code web 2026-11-20.log}. The live file keeps its name.
   *
   * <p>The log is then also rotated when a day is over, in UTC: with the next line, or within an
   * hour or so. A file has only lines of one day, which is {@code {date}}, to about a second; a
   * line that is unfinished at midnight belongs to the next day. From the second file of a day on,
   * names have a counter: {@code web 2026-11-20.1.log}. Files with names of an earlier pattern are
   * still read and expire.
   *
   * @param pattern a name that ends with {@code .log} and contains {@code {date}}; {@code
   *     {process}} is the name of the process, or the task of a worker; {@code {stream}} is {@code
   *     out} or {@code err}, without it the names of {@code err} have {@code -err} after the
   *     pattern
   * @throws IllegalArgumentException if it is no such name, or has a slash
   */
  public LogPolicy withName(String pattern) {
    return new LogPolicy(maxBytes, maxBackups, maxAge, gzip, Optional.of(pattern));
  }

  /**
   * Returns this policy with {@code {process}} replaced in the pattern of names.
   *
   * @param process the name of the process, of which 64 characters are used
   */
  public LogPolicy forProcess(String process) {
    // Not by map, whose lambda would cost every worker memory.
    return name.isPresent() ? withName(DatedName.withProcess(name.get(), process)) : this;
  }
}
