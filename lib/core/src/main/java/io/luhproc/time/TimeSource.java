package io.luhproc.time;

import java.time.Duration;
import java.time.Instant;

/** Where the time comes from: the system's clocks, or virtual time in tests. */
public interface TimeSource {

  /** Returns the wall-clock time; it may jump. */
  Instant now();

  /**
   * Returns a monotonic reading in nanoseconds; only differences of two readings mean something.
   */
  long nanoTime();

  /**
   * Sleeps for a duration.
   *
   * @throws InterruptedException when the thread is interrupted before or while it sleeps
   */
  void sleep(Duration duration) throws InterruptedException;

  /** Returns the system's clocks. */
  static TimeSource system() {
    return SystemTimeSource.INSTANCE;
  }
}
