package io.luhproc.time;

import java.time.Duration;

/** Runs things later: on the thread of an {@link EventLoop}, or in tests when virtual time says. */
public interface Timers {

  /**
   * Runs something once a duration has passed; one of zero or less has passed already.
   *
   * @return what calls it off
   */
  Timer schedule(Duration delay, Runnable body);

  /** Something that is to run later. */
  interface Timer {
    /** Calls it off; does nothing when it has run or was called off. */
    void cancel();
  }
}
