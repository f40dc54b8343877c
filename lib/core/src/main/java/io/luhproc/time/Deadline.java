package io.luhproc.time;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** A point in monotonic time at which a wait ends. Immutable. */
public final class Deadline {
  private static final Duration MIN_PAUSE = Duration.ofMillis(1);
  private static final Duration MAX_PAUSE = Duration.ofMillis(20);
  private static final long MAX_NANOS = Long.MAX_VALUE / 4;

  private final TimeSource time;
  private final long endNanos;

  private Deadline(TimeSource time, long endNanos) {
    this.time = time;
    this.endNanos = endNanos;
  }

  /** Returns a deadline after a duration from now; a negative duration has expired already. */
  public static Deadline after(TimeSource time, Duration duration) {
    return new Deadline(time, time.nanoTime() + nanos(duration));
  }

  /** Returns a duration in nanoseconds, limited to what can be added to a clock reading. */
  static long nanos(Duration duration) {
    boolean tooLong = duration.compareTo(Duration.ofNanos(MAX_NANOS)) > 0;
    return tooLong ? MAX_NANOS : Math.max(0, duration.toNanos());
  }

  /** Returns the remaining time; zero if the deadline has expired. */
  public Duration remaining() {
    return Duration.ofNanos(Math.max(0, endNanos - time.nanoTime()));
  }

  /** Returns whether the deadline has expired. */
  public boolean isExpired() {
    return endNanos - time.nanoTime() <= 0;
  }

  /**
   * Waits until a condition is true. Polls at once, then after 1 ms, then at growing intervals of
   * up to 20 ms.
   *
   * @return whether the condition was true before the deadline expired
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public boolean await(BooleanSupplier condition) throws InterruptedException {
    return await(condition, MAX_PAUSE);
  }

  /**
   * Waits until a condition is true. Polls at once, then after 1 ms, then at growing intervals.
   *
   * @param maxPause the longest interval
   * @return whether the condition was true before the deadline expired
   * @throws InterruptedException if the waiting thread is interrupted
   */
  public boolean await(BooleanSupplier condition, Duration maxPause) throws InterruptedException {
    Duration pause = MIN_PAUSE;
    while (!condition.getAsBoolean()) {
      Duration left = remaining();
      if (left.isZero()) {
        return false;
      }
      time.sleep(pause.compareTo(left) < 0 ? pause : left);
      pause = pause.multipliedBy(2).compareTo(maxPause) < 0 ? pause.multipliedBy(2) : maxPause;
    }
    return true;
  }
}
