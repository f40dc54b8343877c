package io.luhproc.supervisor.state;

import io.luhproc.service.Cause;
import io.luhproc.service.ProcessState;
import io.luhproc.supervisor.engine.ManagedProcess;
import java.time.Duration;

/** What is to be done because of a decision, in the order given; processes are named by index. */
public sealed interface Effect {
  int process();

  /** Does it, for the process that it is about. */
  void perform(ManagedProcess process);

  /** Launch it; answered by {@link FsmEvent.Launched} or {@link FsmEvent.LaunchFailed}. */
  record Launch(int process, long generation) implements Effect {
    @Override
    public void perform(ManagedProcess process) {
      process.launch(generation);
    }
  }

  /**
   * End it and all of its tree; answered by {@link FsmEvent.TreeTerminated} or {@link
   * FsmEvent.TreeUnkillable}. Asked for again while it is under way, it is to kill at once.
   */
  record StopTree(int process, long generation, boolean killAtOnce) implements Effect {
    @Override
    public void perform(ManagedProcess process) {
      process.stopTree(generation, killAtOnce);
    }
  }

  /** It died by itself: end what is left of its tree; answered as {@link StopTree} is. */
  record StopLeftovers(int process, long generation) implements Effect {
    @Override
    public void perform(ManagedProcess process) {
      process.stopLeftovers(generation);
    }
  }

  /** Send {@link FsmEvent.TimerFired} after a while. */
  record ScheduleTimer(int process, StateTimer timer, Duration delay) implements Effect {
    @Override
    public void perform(ManagedProcess process) {
      process.scheduleTimer(timer, delay);
    }
  }

  /** Call a timer off. */
  record CancelTimer(int process, StateTimer timer) implements Effect {
    @Override
    public void perform(ManagedProcess process) {
      process.cancelTimer(timer);
    }
  }

  /** Begin its health check. */
  record StartHealthCheck(int process, long generation) implements Effect {
    @Override
    public void perform(ManagedProcess process) {
      process.startHealthCheck(generation);
    }
  }

  /** End its health check. */
  record StopHealthCheck(int process, long generation) implements Effect {
    @Override
    public void perform(ManagedProcess process) {
      process.stopHealthCheck();
    }
  }

  /** Its state has changed; for events. */
  record StateChanged(int process, ProcessState from, ProcessState to, Cause cause)
      implements Effect {
    @Override
    public void perform(ManagedProcess process) {
      process.stateChanged(from, to, cause);
    }
  }
}
