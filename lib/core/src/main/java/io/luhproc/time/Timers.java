package io.luhproc.time;

import java.time.Duration;

/** Schedules delayed tasks, on an {@link EventLoop} or, in tests, in virtual time. */
public interface Timers {

  /**
   * Runs a task after a delay. A delay of zero or less has elapsed already.
   *
   * @return a handle that cancels the task
   */
  Timer schedule(Duration delay, Runnable body);

  /** A handle of a scheduled task. */
  interface Timer {
    /** Cancels the task. Does nothing if it has run or was cancelled. */
    void cancel();
  }
}
