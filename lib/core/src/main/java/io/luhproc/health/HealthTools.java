package io.luhproc.health;

import io.luhproc.time.GrowingExecutor;
import io.luhproc.time.ThreadPool;
import io.luhproc.time.TimeSource;
import io.luhproc.time.Timers;

/** What all probes of a supervisor share: its timers, its clocks, and the threads of checks. */
public final class HealthTools implements AutoCloseable {
  // A round of checks that all hang for the default timeout still takes 64 processes at a time.
  private static final int MOST_THREADS = 64;

  private final Timers timers;
  private final TimeSource time;
  private final GrowingExecutor threads;
  private final Runnable onClose;

  HealthTools(Timers timers, TimeSource time, GrowingExecutor threads, Runnable onClose) {
    this.timers = timers;
    this.time = time;
    this.threads = threads;
    this.onClose = onClose;
  }

  /**
   * Returns tools with threads of their own: daemons, made when they are needed.
   *
   * @param timers run what they are given on the one thread that starts and closes probes
   */
  public static HealthTools using(Timers timers, TimeSource time) {
    ThreadPool threads = ThreadPool.upTo(MOST_THREADS, "health");
    return new HealthTools(timers, time, threads, threads::close);
  }

  Timers timers() {
    return timers;
  }

  TimeSource time() {
    return time;
  }

  GrowingExecutor threads() {
    return threads;
  }

  /**
   * Ends the threads. Close the probes first; this waits at most 2 s until their checks have
   * returned and the processes of these are gone.
   */
  @Override
  public void close() {
    onClose.run();
  }
}
