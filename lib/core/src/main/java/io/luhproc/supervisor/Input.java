package io.luhproc.supervisor;

import java.util.OptionalInt;
import java.util.Set;

/** What happened to a service, or what somebody wants of it; processes are named by index. */
sealed interface Input {

  /** Tells the machine. */
  void applyTo(ServiceMachine machine);

  /** Returns the gate as this leaves it. */
  default GateState gateAfter(GateState before) {
    return before;
  }

  /** Something that somebody wants of some processes. */
  sealed interface Wish extends Input {
    Set<Integer> processes();

    void applyTo(ProcessMachine process);

    @Override
    default void applyTo(ServiceMachine machine) {
      machine.tellEach(this);
    }
  }

  /** Something that happened to one launch of a process; stale when there was a later launch. */
  sealed interface Report extends Input {
    int process();

    long generation();

    void applyTo(ProcessMachine process);

    @Override
    default void applyTo(ServiceMachine machine) {
      machine.tell(this);
    }
  }

  /** Start those that are not up; {@code why} says on whose behalf. */
  record Start(Set<Integer> processes, String why) implements Wish {
    public Start {
      processes = Set.copyOf(processes);
    }

    @Override
    public void applyTo(ProcessMachine process) {
      process.start(Cause.wanted(why));
    }
  }

  /** Stop them. */
  record Stop(Set<Integer> processes, String why) implements Wish {
    public Stop {
      processes = Set.copyOf(processes);
    }

    @Override
    public void applyTo(ProcessMachine process) {
      process.stop(Cause.wanted(why), false);
    }
  }

  /** Stop them without grace. */
  record Kill(Set<Integer> processes, String why) implements Wish {
    public Kill {
      processes = Set.copyOf(processes);
    }

    @Override
    public void applyTo(ProcessMachine process) {
      process.stop(Cause.wanted(why), true);
    }
  }

  /** Stop those that are up, and start all. */
  record Restart(Set<Integer> processes, String why) implements Wish {
    public Restart {
      processes = Set.copyOf(processes);
    }

    @Override
    public void applyTo(ProcessMachine process) {
      process.restart(Cause.wanted(why));
    }
  }

  /** The dependencies of the service have changed. */
  record Gate(GateState gate) implements Input {
    @Override
    public GateState gateAfter(GateState before) {
      return gate;
    }

    @Override
    public void applyTo(ServiceMachine machine) {
      machine.gateMoved();
    }
  }

  /** The launcher has launched it. */
  record Launched(int process, long generation) implements Report {
    @Override
    public void applyTo(ProcessMachine machine) {
      machine.launched();
    }
  }

  /**
   * The launcher could not launch it.
   *
   * @param passing whether the same launch may work later although nobody mends anything for it
   */
  record LaunchFailed(int process, long generation, String why, boolean passing) implements Report {
    LaunchFailed(int process, long generation, String why) {
      this(process, generation, why, true);
    }

    @Override
    public void applyTo(ProcessMachine machine) {
      machine.launchFailed(why, passing);
    }
  }

  /**
   * It has ended, whoever caused it.
   *
   * @param exitCode its exit code as shells show it, 128 and the number of the signal that killed
   *     it; empty where it is not known
   */
  record Exited(int process, long generation, Cause cause, OptionalInt exitCode) implements Report {
    @Override
    public void applyTo(ProcessMachine machine) {
      machine.exited(new Plan(Plan.Then.JUDGE, cause, exitCode));
    }
  }

  /** Nothing of its tree lives any more. */
  record TreeGone(int process, long generation) implements Report {
    @Override
    public void applyTo(ProcessMachine machine) {
      machine.treeGone();
    }
  }

  /**
   * Its tree could not be ended.
   *
   * @param survivors who lives still, for people
   */
  record TreeStuck(int process, long generation, String survivors) implements Report {
    @Override
    public void applyTo(ProcessMachine machine) {
      machine.treeStuck(survivors);
    }
  }

  /** Its health check holds it for well. */
  record Healthy(int process, long generation) implements Report {
    @Override
    public void applyTo(ProcessMachine machine) {
      machine.healthy();
    }
  }

  /** Its health check holds it for ill. */
  record Unhealthy(int process, long generation, String detail) implements Report {
    @Override
    public void applyTo(ProcessMachine machine) {
      machine.unhealthy(detail);
    }
  }

  /** It uses more memory than it may before it is restarted. */
  record MemoryExceeded(int process, long generation, String detail) implements Report {
    @Override
    public void applyTo(ProcessMachine machine) {
      machine.memoryExceeded(detail);
    }
  }

  /** A timer that was armed is due. */
  record TimerFired(int process, LifeTimer timer) implements Report {
    @Override
    public long generation() {
      return timer.generation();
    }

    @Override
    public void applyTo(ProcessMachine machine) {
      machine.timerFired(timer);
    }
  }

  /**
   * A process of a former supervisor runs still; it is ours from now on.
   *
   * @param generation one that is greater than that of any launch of ours
   */
  record Adopted(int process, long generation) implements Input {
    @Override
    public void applyTo(ServiceMachine machine) {
      machine.adopt(this);
    }
  }
}
