package io.luhproc.procfs;

import java.util.Optional;

/**
 * The limit marker of a process tree: a random number in the soft resource limit RLIMIT_LOCKS.
 *
 * <p>Linux has not enforced this limit since 2.5, see getrlimit(2). Every process of the tree
 * inherits it from its parent by fork(2) and execve(2), and every user can read it from {@code
 * /proc/PID/limits}. Unlike a variable of the environment it survives a changed process title, a
 * cleared environment and PR_SET_DUMPABLE.
 *
 * @param value the soft limit, at least 2<sup>61</sup> and less than 2<sup>62</sup>. No program or
 *     configuration sets such a limit, so it is not mistaken for one
 */
public record LimitMarker(long value) {
  private static final long MIN_VALUE = 1L << 61;
  private static final long MAX_VALUE = (1L << 62) - 1;

  /**
   * Validates the value.
   *
   * @throws IllegalArgumentException if the value is out of range
   */
  public LimitMarker {
    if (!isMarker(value)) {
      throw new IllegalArgumentException(
          "value (" + value + ") must be from " + MIN_VALUE + " to " + MAX_VALUE);
    }
  }

  /** Returns the marker with the given random bits, of which 61 are used. */
  public static LimitMarker fromRandomBits(long bits) {
    return new LimitMarker(MIN_VALUE | (bits & (MIN_VALUE - 1)));
  }

  /** Returns the marker in a soft limit; empty if the limit is not a marker. */
  public static Optional<LimitMarker> ofLimit(long limit) {
    return isMarker(limit) ? Optional.of(new LimitMarker(limit)) : Optional.empty();
  }

  private static boolean isMarker(long limit) {
    return limit >= MIN_VALUE && limit <= MAX_VALUE;
  }
}
