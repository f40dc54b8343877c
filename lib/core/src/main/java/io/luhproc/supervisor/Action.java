package io.luhproc.supervisor;

import java.time.Duration;

/** What is to be done because of a decision, in the order given; processes are named by index. */
sealed interface Action {
  int process();

  /** Launch it; answered by {@link Input.Launched} or {@link Input.LaunchFailed}. */
  record Launch(int process, long generation) implements Action {}

  /**
   * End it and all of its tree; answered by {@link Input.TreeGone} or {@link Input.TreeStuck}.
   * Asked for again while it is under way, it is to kill at once.
   */
  record StopTree(int process, long generation, boolean killAtOnce) implements Action {}

  /** It died by itself: end what is left of its tree; answered as {@link StopTree} is. */
  record SweepTree(int process, long generation) implements Action {}

  /** Send {@link Input.TimerFired} after a while. */
  record Arm(int process, LifeTimer timer, Duration delay) implements Action {}

  /** Call a timer off. */
  record Disarm(int process, LifeTimer timer) implements Action {}

  /** Begin its health check. */
  record BeginHealth(int process, long generation) implements Action {}

  /** End its health check. */
  record EndHealth(int process, long generation) implements Action {}

  /** Its state has changed; for events. */
  record Changed(int process, ProcessState from, ProcessState to, Cause cause) implements Action {}
}
