package io.luhproc.time;

import java.time.Duration;
import java.time.Instant;

/** A source of time: the clocks of the system, or virtual time in tests. */
public interface TimeSource {

  /** Returns the wall-clock time, which may be adjusted in both directions. */
  Instant now();

  /** Returns a reading of the monotonic clock in nanoseconds. Only differences are meaningful. */
  long nanoTime();

  /**
   * Sleeps for a duration.
   *
   * @throws InterruptedException if the thread is interrupted before or while it sleeps
   */
  void sleep(Duration duration) throws InterruptedException;

  /** Returns the clocks of the system. */
  static TimeSource system() {
    return SystemTimeSource.INSTANCE;
  }
}
