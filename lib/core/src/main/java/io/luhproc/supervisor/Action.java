package io.luhproc.supervisor;

import java.time.Duration;

/** What is to be done because of a decision, in the order given; processes are named by index. */
sealed interface Action {
  int process();

  /** Does it, for the process that it is about. */
  void perform(Slot slot);

  /** Launch it; answered by {@link Input.Launched} or {@link Input.LaunchFailed}. */
  record Launch(int process, long generation) implements Action {
    @Override
    public void perform(Slot slot) {
      slot.launch(generation);
    }
  }

  /**
   * End it and all of its tree; answered by {@link Input.TreeGone} or {@link Input.TreeStuck}.
   * Asked for again while it is under way, it is to kill at once.
   */
  record StopTree(int process, long generation, boolean killAtOnce) implements Action {
    @Override
    public void perform(Slot slot) {
      slot.stopTree(generation, killAtOnce);
    }
  }

  /** It died by itself: end what is left of its tree; answered as {@link StopTree} is. */
  record SweepTree(int process, long generation) implements Action {
    @Override
    public void perform(Slot slot) {
      slot.sweepTree(generation);
    }
  }

  /** Send {@link Input.TimerFired} after a while. */
  record Arm(int process, LifeTimer timer, Duration delay) implements Action {
    @Override
    public void perform(Slot slot) {
      slot.arm(timer, delay);
    }
  }

  /** Call a timer off. */
  record Disarm(int process, LifeTimer timer) implements Action {
    @Override
    public void perform(Slot slot) {
      slot.disarm(timer);
    }
  }

  /** Begin its health check. */
  record BeginHealth(int process, long generation) implements Action {
    @Override
    public void perform(Slot slot) {
      slot.beginHealth(generation);
    }
  }

  /** End its health check. */
  record EndHealth(int process, long generation) implements Action {
    @Override
    public void perform(Slot slot) {
      slot.endHealth();
    }
  }

  /** Its state has changed; for events. */
  record Changed(int process, ProcessState from, ProcessState to, Cause cause) implements Action {
    @Override
    public void perform(Slot slot) {
      slot.changed(from, to, cause);
    }
  }
}
