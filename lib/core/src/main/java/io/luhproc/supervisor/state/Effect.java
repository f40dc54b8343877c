package io.luhproc.supervisor.state;

import io.luhproc.service.Cause;
import io.luhproc.service.ProcessState;
import io.luhproc.supervisor.state.ProcessFsmState.StateTimer;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** An action that a transition requires. Actions are performed in the given order. */
public sealed interface Effect {

  /** Performs the effects on one process. */
  interface Handler {
    void launch(long generation);

    void cancelLaunch(boolean killAtOnce);

    void adopt(long generation, RecoveredProcess recovered);

    void stopTree(long generation, boolean killAtOnce);

    void stopLeftovers(long generation);

    void scheduleTimer(StateTimer timer, Duration delay);

    void cancelTimer(StateTimer timer);

    void startHealthCheck(long generation);

    void stopHealthCheck();

    void applyLimits(long generation);

    void monitorMemory(long generation);

    void stateChanged(ProcessState from, ProcessState to, Cause cause);
  }

  /** An effect on one process, by its name within the service. */
  sealed interface OnProcess extends Effect {
    String process();

    void perform(Handler handler);
  }

  /**
   * Launch the process; the result is {@link FsmEvent.Launched} or {@link FsmEvent.LaunchFailed}.
   */
  record Launch(String process, long generation) implements OnProcess {
    @Override
    public void perform(Handler handler) {
      handler.launch(generation);
    }
  }

  /**
   * Cancel the pending launch, which still reports its result. Emitted again when a stop escalates
   * to a kill.
   */
  record CancelLaunch(String process, boolean killAtOnce) implements OnProcess {
    @Override
    public void perform(Handler handler) {
      handler.cancelLaunch(killAtOnce);
    }
  }

  /** Watch a process that a former supervisor launched. */
  record Adopt(String process, long generation, RecoveredProcess recovered) implements OnProcess {
    @Override
    public void perform(Handler handler) {
      handler.adopt(generation, recovered);
    }
  }

  /**
   * Stop the process tree; the result is {@link FsmEvent.TreeTerminated} or {@link
   * FsmEvent.TreeUnkillable}. Emitted again during a stop to end the grace period.
   */
  record StopTree(String process, long generation, boolean killAtOnce) implements OnProcess {
    @Override
    public void perform(Handler handler) {
      handler.stopTree(generation, killAtOnce);
    }
  }

  /**
   * Stop the rest of the tree after the process exited; the results are those of {@link StopTree}.
   */
  record StopLeftovers(String process, long generation) implements OnProcess {
    @Override
    public void perform(Handler handler) {
      handler.stopLeftovers(generation);
    }
  }

  /** Send {@link FsmEvent.TimerFired} after a delay. */
  record ScheduleTimer(String process, StateTimer timer, Duration delay) implements OnProcess {
    @Override
    public void perform(Handler handler) {
      handler.scheduleTimer(timer, delay);
    }
  }

  /** Cancel a timer. */
  record CancelTimer(String process, StateTimer timer) implements OnProcess {
    @Override
    public void perform(Handler handler) {
      handler.cancelTimer(timer);
    }
  }

  /** Start its health check. */
  record StartHealthCheck(String process, long generation) implements OnProcess {
    @Override
    public void perform(Handler handler) {
      handler.startHealthCheck(generation);
    }
  }

  /** Stop its health check. */
  record StopHealthCheck(String process, long generation) implements OnProcess {
    @Override
    public void perform(Handler handler) {
      handler.stopHealthCheck();
    }
  }

  /** Change the limits of the running process to those of its spec. */
  record ApplyLimits(String process, long generation) implements OnProcess {
    @Override
    public void perform(Handler handler) {
      handler.applyLimits(generation);
    }
  }

  /** Monitor its memory with the limit of its current spec. */
  record MonitorMemory(String process, long generation) implements OnProcess {
    @Override
    public void perform(Handler handler) {
      handler.monitorMemory(generation);
    }
  }

  /** Its state has changed. */
  record StateChanged(String process, ProcessState from, ProcessState to, Cause cause)
      implements OnProcess {
    @Override
    public void perform(Handler handler) {
      handler.stateChanged(from, to, cause);
    }
  }

  /** Delete the directory of a process that was removed from the service and is stopped. */
  record Removed(ProcessInstance instance) implements Effect {}

  /**
   * The processes that an update removes are stopped. Check its dependencies, and send {@link
   * FsmEvent.SpecChanged} or {@link FsmEvent.UpdateAbandoned}.
   */
  record UpdateReady(FsmEvent.UpdateRequested update) implements Effect {}

  /** An update cannot be applied; the service keeps its spec. */
  record UpdateFailed(long id, Cause cause, String message) implements Effect {}

  /**
   * An update was applied.
   *
   * @param id its number
   * @param changed the names of the processes that were changed, added or removed
   * @param started the names of the added processes that are started
   * @param toRun the names of the processes that run once the update is complete
   */
  record SpecApplied(long id, List<String> changed, Set<String> started, Set<String> toRun)
      implements Effect {}
}
