package io.luhproc.supervisor.state;

import io.luhproc.service.Cause;
import java.util.OptionalInt;
import java.util.Set;

/** What happened to a service, or what somebody wants of it; processes are named by index. */
public sealed interface FsmEvent {

  /** Tells the machine. */
  void applyTo(ServiceStateMachine machine);

  /** Returns the gate as this leaves it. */
  default DependencyState dependenciesAfter(DependencyState before) {
    return before;
  }

  /** Something that somebody wants of some processes. */
  sealed interface Request extends FsmEvent {
    Set<Integer> processes();

    void applyTo(ProcessStateMachine process);

    @Override
    default void applyTo(ServiceStateMachine machine) {
      machine.dispatchToEach(this);
    }
  }

  /** Something that happened to one launch of a process; stale when there was a later launch. */
  sealed interface ProcessEvent extends FsmEvent {
    int process();

    long generation();

    void applyTo(ProcessStateMachine process);

    @Override
    default void applyTo(ServiceStateMachine machine) {
      machine.dispatch(this);
    }
  }

  /** Start those that are not up; {@code reason} says on whose behalf. */
  record Start(Set<Integer> processes, String reason) implements Request {
    public Start {
      processes = Set.copyOf(processes);
    }

    @Override
    public void applyTo(ProcessStateMachine process) {
      process.start(Cause.requested(reason));
    }
  }

  /** Stop them. */
  record Stop(Set<Integer> processes, String reason) implements Request {
    public Stop {
      processes = Set.copyOf(processes);
    }

    @Override
    public void applyTo(ProcessStateMachine process) {
      process.stop(Cause.requested(reason), false);
    }
  }

  /** Stop them without grace. */
  record Kill(Set<Integer> processes, String reason) implements Request {
    public Kill {
      processes = Set.copyOf(processes);
    }

    @Override
    public void applyTo(ProcessStateMachine process) {
      process.stop(Cause.requested(reason), true);
    }
  }

  /** Stop those that are up, and start all. */
  record Restart(Set<Integer> processes, String reason) implements Request {
    public Restart {
      processes = Set.copyOf(processes);
    }

    @Override
    public void applyTo(ProcessStateMachine process) {
      process.restart(Cause.requested(reason));
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

  /** The launcher has launched it. */
  record Launched(int process, long generation) implements ProcessEvent {
    @Override
    public void applyTo(ProcessStateMachine machine) {
      machine.launched();
    }
  }

  /**
   * The launcher could not launch it.
   *
   * @param retriable whether the same launch may work later although nobody mends anything for it
   */
  record LaunchFailed(int process, long generation, String reason, boolean retriable)
      implements ProcessEvent {
    LaunchFailed(int process, long generation, String why) {
      this(process, generation, why, true);
    }

    @Override
    public void applyTo(ProcessStateMachine machine) {
      machine.launchFailed(reason, retriable);
    }
  }

  /**
   * It has ended, whoever caused it.
   *
   * @param exitCode its exit code as shells show it, 128 and the number of the signal that killed
   *     it; empty where it is not known
   */
  record Exited(int process, long generation, Cause cause, OptionalInt exitCode)
      implements ProcessEvent {
    @Override
    public void applyTo(ProcessStateMachine machine) {
      machine.exited(new StopPlan(StopPlan.AfterStop.APPLY_RESTART_POLICY, cause, exitCode));
    }
  }

  /** Nothing of its tree lives any more. */
  record TreeTerminated(int process, long generation) implements ProcessEvent {
    @Override
    public void applyTo(ProcessStateMachine machine) {
      machine.treeTerminated();
    }
  }

  /**
   * Its tree could not be ended.
   *
   * @param survivors who lives still, for people
   */
  record TreeUnkillable(int process, long generation, String survivors) implements ProcessEvent {
    @Override
    public void applyTo(ProcessStateMachine machine) {
      machine.treeUnkillable(survivors);
    }
  }

  /** Its health check holds it for well. */
  record Healthy(int process, long generation) implements ProcessEvent {
    @Override
    public void applyTo(ProcessStateMachine machine) {
      machine.healthy();
    }
  }

  /** Its health check holds it for ill. */
  record Unhealthy(int process, long generation, String detail) implements ProcessEvent {
    @Override
    public void applyTo(ProcessStateMachine machine) {
      machine.unhealthy(detail);
    }
  }

  /** It uses more memory than it may before it is restarted. */
  record MemoryLimitExceeded(int process, long generation, String detail) implements ProcessEvent {
    @Override
    public void applyTo(ProcessStateMachine machine) {
      machine.memoryLimitExceeded(detail);
    }
  }

  /** A timer that was armed is due. */
  record TimerFired(int process, StateTimer timer) implements ProcessEvent {
    @Override
    public long generation() {
      return timer.generation();
    }

    @Override
    public void applyTo(ProcessStateMachine machine) {
      machine.timerFired(timer);
    }
  }

  /**
   * A process of a former supervisor runs still; it is ours from now on.
   *
   * @param generation one that is greater than that of any launch of ours
   */
  record Adopted(int process, long generation) implements FsmEvent {
    @Override
    public void applyTo(ServiceStateMachine machine) {
      machine.adopt(this);
    }
  }
}
