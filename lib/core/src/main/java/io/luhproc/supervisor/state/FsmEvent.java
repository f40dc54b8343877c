package io.luhproc.supervisor.state;

import io.luhproc.service.Cause;
import io.luhproc.service.ServiceSpec;
import io.luhproc.supervisor.state.ProcessFsmState.StateTimer;
import io.luhproc.supervisor.state.ProcessFsmState.StopPlan;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.Set;

/** An input of the state machine: a request, or an observed change. */
public sealed interface FsmEvent {

  /** Calls the method of the machine that handles this event. */
  void applyTo(ServiceStateMachine machine);

  /** Returns the state of the dependencies after this event. */
  default DependencyState dependenciesAfter(DependencyState before) {
    return before;
  }

  /** A request for the named processes of a service. */
  sealed interface Request extends FsmEvent {
    Set<String> processes();

    String reason();

    void applyTo(ProcessStateMachine process);
  }

  /** A request that sets the desired state of processes to up. */
  sealed interface UpRequest extends Request {
    @Override
    default void applyTo(ServiceStateMachine machine) {
      machine.requestUp(this);
    }
  }

  /** A request that sets the desired state of processes to down. */
  sealed interface DownRequest extends Request {
    @Override
    default void applyTo(ServiceStateMachine machine) {
      machine.requestDown(this);
    }
  }

  /** A change of one launch of a process. Ignored if the process was launched again since. */
  sealed interface ProcessEvent extends FsmEvent {
    String process();

    long generation();

    void applyTo(ProcessStateMachine process);

    @Override
    default void applyTo(ServiceStateMachine machine) {
      machine.dispatch(this);
    }
  }

  // Requests.

  /** Start the processes that are not up. */
  record Start(Set<String> processes, String reason) implements UpRequest {
    public Start {
      processes = Set.copyOf(processes);
    }

    @Override
    public void applyTo(ProcessStateMachine process) {
      process.start(Cause.requested(reason));
    }
  }

  /** Stop the named processes that are up, and start all of them. */
  record Restart(Set<String> processes, String reason) implements UpRequest {
    public Restart {
      processes = Set.copyOf(processes);
    }

    @Override
    public void applyTo(ProcessStateMachine process) {
      process.restart(Cause.requested(reason));
    }
  }

  /** Stop processes. */
  record Stop(Set<String> processes, String reason) implements DownRequest {
    public Stop {
      processes = Set.copyOf(processes);
    }

    @Override
    public void applyTo(ProcessStateMachine process) {
      process.stop(Cause.requested(reason), false);
    }
  }

  /** Stop processes without a grace period, whether or not dependents are up. */
  record Kill(Set<String> processes, String reason) implements DownRequest {
    public Kill {
      processes = Set.copyOf(processes);
    }

    @Override
    public void applyTo(ProcessStateMachine process) {
      process.stop(Cause.requested(reason), true);
    }
  }

  /**
   * Stop all processes once no dependent is up any more.
   *
   * @param restart the names of the processes that are stopped only to be started again
   */
  record StopDeferred(String reason, Set<String> restart) implements FsmEvent {
    public StopDeferred {
      restart = Set.copyOf(restart);
    }

    @Override
    public void applyTo(ServiceStateMachine machine) {
      machine.deferStop(this);
    }
  }

  /** No dependent is up, so a deferred stop can run. */
  record DependentsStopped() implements FsmEvent {
    @Override
    public void applyTo(ServiceStateMachine machine) {
      machine.runDeferredStop();
    }
  }

  /** Dependents are still up, so a deferred stop waits. Nothing is launched before it. */
  record DependentsRunning() implements FsmEvent {
    @Override
    public void applyTo(ServiceStateMachine machine) {
      machine.stopInactiveProcesses();
    }
  }

  /** The dependencies of the service have changed. */
  record DependenciesChanged(DependencyState dependencies) implements FsmEvent {
    @Override
    public DependencyState dependenciesAfter(DependencyState before) {
      return dependencies;
    }

    @Override
    public void applyTo(ServiceStateMachine machine) {
      machine.dependenciesChanged();
    }
  }

  // The spec.

  /** Replace the spec, once all processes that are not in the new one are stopped. */
  record UpdateRequested(long id, ServiceSpec spec) implements FsmEvent {
    @Override
    public void applyTo(ServiceStateMachine machine) {
      machine.requestUpdate(this);
    }
  }

  /** Apply an update that is ready; its dependencies are evaluated with the new spec. */
  record SpecChanged(long id, DependencyState dependencies) implements FsmEvent {
    @Override
    public DependencyState dependenciesAfter(DependencyState before) {
      return dependencies;
    }

    @Override
    public void applyTo(ServiceStateMachine machine) {
      machine.changeSpec(id);
    }
  }

  /** Abandon an update. */
  record UpdateAbandoned(long id) implements FsmEvent {
    @Override
    public void applyTo(ServiceStateMachine machine) {
      machine.abandonUpdate(id);
    }
  }

  // Observed changes.

  /** A former supervisor left a process or a recorded desired state. */
  record Recovered(String process, RecoveredProcess recovered) implements FsmEvent {
    @Override
    public void applyTo(ServiceStateMachine machine) {
      machine.recover(this);
    }
  }

  /** The process was launched. */
  record Launched(String process, long generation) implements ProcessEvent {
    @Override
    public void applyTo(ProcessStateMachine machine) {
      machine.launched();
    }
  }

  /**
   * The process could not be launched.
   *
   * @param retriable whether the same launch may succeed later
   */
  record LaunchFailed(String process, long generation, String reason, boolean retriable)
      implements ProcessEvent {
    LaunchFailed(String process, long generation, String reason) {
      this(process, generation, reason, true);
    }

    @Override
    public void applyTo(ProcessStateMachine machine) {
      machine.launchFailed(reason, retriable);
    }
  }

  /**
   * The process exited, on its own or because it was stopped.
   *
   * @param exitCode the exit code as in a shell: 128 + signal number after a signal; empty if
   *     unknown
   */
  record Exited(String process, long generation, Cause cause, OptionalInt exitCode)
      implements ProcessEvent {
    @Override
    public void applyTo(ProcessStateMachine machine) {
      machine.exited(new StopPlan(StopPlan.AfterStop.APPLY_RESTART_POLICY, cause, exitCode));
    }
  }

  /**
   * No process of its tree is alive.
   *
   * @param found whether any was alive when the stop began
   */
  record TreeTerminated(String process, long generation, boolean found) implements ProcessEvent {
    TreeTerminated(String process, long generation) {
      this(process, generation, false);
    }

    @Override
    public void applyTo(ProcessStateMachine machine) {
      machine.treeTerminated(found);
    }
  }

  /**
   * Some processes of its tree survived SIGKILL.
   *
   * @param survivors a description of the live processes
   */
  record TreeUnkillable(String process, long generation, String survivors) implements ProcessEvent {
    @Override
    public void applyTo(ProcessStateMachine machine) {
      machine.treeUnkillable(survivors);
    }
  }

  /** It has reported that it is ready. */
  record Ready(String process, long generation) implements ProcessEvent {
    @Override
    public void applyTo(ProcessStateMachine machine) {
      machine.ready();
    }
  }

  /** It needs more time for its start, counted from now. */
  record StartTimeoutExtended(String process, long generation, Duration fromNow)
      implements ProcessEvent {
    @Override
    public void applyTo(ProcessStateMachine machine) {
      machine.startTimeoutExtended(fromNow);
    }
  }

  /** It has reported that it stops by itself, so it is not available to dependents any more. */
  record Leaving(String process, long generation) implements ProcessEvent {
    @Override
    public void applyTo(ProcessStateMachine machine) {
      machine.leaving();
    }
  }

  /** Its health check reports healthy. */
  record Healthy(String process, long generation) implements ProcessEvent {
    @Override
    public void applyTo(ProcessStateMachine machine) {
      machine.healthy();
    }
  }

  /** Its health check reports unhealthy. */
  record Unhealthy(String process, long generation, String detail) implements ProcessEvent {
    @Override
    public void applyTo(ProcessStateMachine machine) {
      machine.unhealthy(detail);
    }
  }

  /** It uses more memory than its {@code maxMemoryRestart}. */
  record MemoryLimitExceeded(String process, long generation, String detail)
      implements ProcessEvent {
    @Override
    public void applyTo(ProcessStateMachine machine) {
      machine.memoryLimitExceeded(detail);
    }
  }

  /** It was frozen or thawed. */
  record Paused(String process, long generation, boolean paused) implements ProcessEvent {
    @Override
    public void applyTo(ProcessStateMachine machine) {
      machine.setPaused(paused);
    }
  }

  /** A timer is due. */
  record TimerFired(String process, StateTimer timer) implements ProcessEvent {
    @Override
    public long generation() {
      return timer.generation();
    }

    @Override
    public void applyTo(ProcessStateMachine machine) {
      machine.timerFired(timer);
    }
  }
}
