package io.luhproc.supervisor.state;

import io.luhproc.service.Cause;
import io.luhproc.service.ProcessState;
import io.luhproc.service.Readiness;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The complete state of one process, which determines all decisions about it.
 *
 * @param instance the process and its spec
 * @param desiredUp whether its desired state is up; stays true when it fails or completes
 * @param state its state
 * @param cause the cause of the state
 * @param incarnation its latest launch
 * @param retries the number of consecutive retries
 * @param stopPlan what happens once its tree is gone; present while it is being stopped and while
 *     its tree is unkillable
 * @param timer the armed timer; a process in backoff without one waits for its restart group
 */
public record ProcessFsmState(
    ProcessInstance instance,
    boolean desiredUp,
    ProcessState state,
    Cause cause,
    Incarnation incarnation,
    int retries,
    Optional<StopPlan> stopPlan,
    Optional<StateTimer> timer) {

  /** The state of a process in the operating system, as last reported. */
  public enum OsState {
    /** Never launched, or proved gone. */
    ABSENT,
    /** Being launched; the result is not reported yet. */
    SPAWNING,
    /** Running. */
    ALIVE,
    /** Its tree is being stopped; the result is not reported yet. */
    TERMINATING,
    /** Its tree survived SIGKILL. */
    UNKILLABLE
  }

  /** What is known of a launch. */
  public enum LaunchFlag {
    /** Its health check fails at present. */
    UNHEALTHY,
    /** It is stopped without a grace period. */
    KILL_AT_ONCE,
    /** It is frozen. */
    PAUSED,
    /** It has reported that it is ready. */
    READY,
    /** It has reported that it stops by itself. */
    LEAVING
  }

  /**
   * The latest launch of a process.
   *
   * @param generation grows with each launch; events of another generation are ignored
   * @param launches the number of launches, including adoptions
   * @param osState its state in the operating system
   * @param runningSince when it entered RUNNING, on the clock of the machine's caller
   * @param flags what is known of it
   * @param exitCode the exit code as in a shell; empty until it is reported
   */
  public record Incarnation(
      long generation,
      long launches,
      OsState osState,
      Duration runningSince,
      Set<LaunchFlag> flags,
      OptionalInt exitCode) {

    public Incarnation {
      flags = Set.copyOf(flags);
      if (generation < 0) {
        throw new IllegalArgumentException("generation (" + generation + ") must not be negative");
      }
    }

    /**
     * Returns the incarnation of a process that was not launched. Its first launch has a later
     * generation.
     */
    static Incarnation none(long generation) {
      return new Incarnation(
          generation, 0, OsState.ABSENT, Duration.ZERO, Set.of(), OptionalInt.empty());
    }

    /** Returns the next launch. */
    Incarnation nextLaunch(OsState next) {
      return new Incarnation(
          generation + 1, launches + 1, next, Duration.ZERO, Set.of(), OptionalInt.empty());
    }

    /** Returns whether it has a flag. */
    public boolean is(LaunchFlag flag) {
      return flags.contains(flag);
    }

    /** Returns whether it is frozen. */
    public boolean paused() {
      return is(LaunchFlag.PAUSED);
    }

    /**
     * Changes the state in the operating system. A stop thaws the process, and ends its health
     * check and what it has reported.
     */
    Incarnation osState(OsState next) {
      Set<LaunchFlag> kept = new HashSet<>(flags);
      boolean ignored = next != OsState.ALIVE && kept.retainAll(Set.of(LaunchFlag.KILL_AT_ONCE));
      return new Incarnation(generation, launches, next, runningSince, kept, exitCode);
    }

    Incarnation runningSince(Duration now) {
      return new Incarnation(generation, launches, osState, now, flags, exitCode);
    }

    Incarnation with(LaunchFlag flag, boolean set) {
      if (is(flag) == set) {
        return this;
      }
      Set<LaunchFlag> changed = new HashSet<>(flags);
      boolean ignored = set ? changed.add(flag) : changed.remove(flag);
      return new Incarnation(generation, launches, osState, runningSince, changed, exitCode);
    }

    Incarnation exitCode(OptionalInt code) {
      return new Incarnation(generation, launches, osState, runningSince, flags, code);
    }
  }

  /**
   * What happens once the tree of a process is gone.
   *
   * @param afterStop the next step
   * @param cause why it is being stopped, or how it ended
   * @param exitCode its exit code; empty if it was stopped or the code is unknown
   */
  public record StopPlan(AfterStop afterStop, Cause cause, OptionalInt exitCode) {

    /** The step after the stop. */
    public enum AfterStop {
      /** Its desired state is down: enter {@link ProcessState#INACTIVE}. */
      STAY_DOWN,
      /** A caller requested a start or a restart. */
      START,
      /** It failed or exited on its own: the restart policy decides. */
      APPLY_RESTART_POLICY,
      /** It waits for the other processes of its restart group. */
      JOIN_GROUP,
      /** It was given up: enter {@link ProcessState#FAILED}. */
      FAIL
    }

    static StopPlan of(AfterStop then, Cause cause) {
      return new StopPlan(then, cause, OptionalInt.empty());
    }

    static StopPlan failure(Cause.Kind kind, String detail) {
      return of(AfterStop.APPLY_RESTART_POLICY, new Cause(kind, detail));
    }

    /** Returns this plan with a detail found during the stop, if it is the plan of a failure. */
    StopPlan withDetail(String detail) {
      boolean failed = afterStop == AfterStop.APPLY_RESTART_POLICY;
      Cause detailed = new Cause(cause.kind(), cause.detail() + ": " + detail);
      return failed ? new StopPlan(afterStop, detailed, exitCode) : this;
    }
  }

  /**
   * The timer of a process, which has at most one. A timer that fires is ignored unless it equals
   * the armed one, so a cancelled timer has no effect.
   *
   * @param purpose what happens when it fires
   * @param generation the launch for which it was armed
   * @param dueAt when it is due, on the clock of the machine's caller
   */
  public record StateTimer(Purpose purpose, long generation, Duration dueAt) {

    /** What a timer is for. */
    public enum Purpose {
      /** The start took too long. */
      START_TIMEOUT,
      /** It was alive for long enough to count as running. */
      MIN_READY,
      /** It is launched again. */
      BACKOFF,
      /** Its tree survived SIGKILL, and is looked for and killed again. */
      RETRY_STOP
    }
  }

  public ProcessFsmState {
    boolean unkillable = incarnation.osState() == OsState.UNKILLABLE;
    boolean planned = state == ProcessState.STOPPING || unkillable;
    check(stopPlan.isPresent() == planned, "stopPlan", stopPlan, state);
    check(isConsistent(state, incarnation.osState()), "osState", incarnation.osState(), state);
    check(timer.isEmpty() || unkillable || allowsTimer(state), "timer", timer, state);
    check(desiredUp == computeDesiredUp(state, stopPlan), "desiredUp", desiredUp, state);
    check(retries >= 0, "retries", retries, state);
  }

  private static void check(boolean holds, String name, Object value, ProcessState state) {
    if (!holds) {
      throw new IllegalArgumentException(name + " (" + value + ") must fit the state " + state);
    }
  }

  private static boolean isConsistent(ProcessState state, OsState osState) {
    return switch (state) {
      case INACTIVE, BLOCKED, BACKOFF, EXITED -> osState == OsState.ABSENT;
      case STARTING -> osState == OsState.SPAWNING || osState == OsState.ALIVE;
      case RUNNING -> osState == OsState.ALIVE;
      case STOPPING -> osState == OsState.SPAWNING || osState == OsState.TERMINATING;
      case FAILED -> osState == OsState.ABSENT || osState == OsState.UNKILLABLE;
    };
  }

  private static boolean allowsTimer(ProcessState state) {
    return state == ProcessState.STARTING || state == ProcessState.BACKOFF;
  }

  /** Computes the desired state from the other values. A failed stop does not change it. */
  private static boolean computeDesiredUp(ProcessState state, Optional<StopPlan> stopPlan) {
    return switch (state) {
      case INACTIVE -> false;
      case BLOCKED, STARTING, RUNNING, BACKOFF, EXITED -> true;
      case STOPPING, FAILED ->
          stopPlan.isEmpty() || stopPlan.get().afterStop() != StopPlan.AfterStop.STAY_DOWN;
    };
  }

  /**
   * Returns a process that was never started.
   *
   * @param generation the highest generation of any former process of this name
   */
  static ProcessFsmState initial(ProcessInstance instance, long generation) {
    return new ProcessFsmState(
        instance,
        false,
        ProcessState.INACTIVE,
        Cause.requested("never started"),
        Incarnation.none(generation),
        0,
        Optional.empty(),
        Optional.empty());
  }

  /** Returns a copy in another state, without a timer. An unkillable process keeps its plan. */
  ProcessFsmState enter(ProcessState next, Cause why, Incarnation nextRun) {
    return enter(
        next, why, nextRun, nextRun.osState() == OsState.UNKILLABLE ? stopPlan : Optional.empty());
  }

  /** Returns a copy that is being stopped, without a timer. */
  ProcessFsmState enterStopping(StopPlan next, Incarnation nextRun) {
    return enter(ProcessState.STOPPING, next.cause(), nextRun, Optional.of(next));
  }

  private ProcessFsmState enter(
      ProcessState next, Cause why, Incarnation nextRun, Optional<StopPlan> plan) {
    boolean up = computeDesiredUp(next, plan);
    return new ProcessFsmState(instance, up, next, why, nextRun, retries, plan, Optional.empty());
  }

  ProcessFsmState instance(ProcessInstance next) {
    return new ProcessFsmState(
        next, desiredUp, state, cause, incarnation, retries, stopPlan, timer);
  }

  ProcessFsmState incarnation(Incarnation next) {
    return new ProcessFsmState(instance, desiredUp, state, cause, next, retries, stopPlan, timer);
  }

  ProcessFsmState retries(int count) {
    return new ProcessFsmState(
        instance, desiredUp, state, cause, incarnation, count, stopPlan, timer);
  }

  ProcessFsmState timer(Optional<StateTimer> next) {
    return new ProcessFsmState(
        instance, desiredUp, state, cause, incarnation, retries, stopPlan, next);
  }

  /** Returns the name of the process within its service. */
  public String name() {
    return instance.name();
  }

  /** Returns the generation of the latest launch. */
  public long generation() {
    return incarnation.generation();
  }

  /** Returns whether the process is in a state of the operating system. */
  public boolean is(OsState osState) {
    return incarnation.osState() == osState;
  }

  /** Returns whether nothing but a health check is needed any more to count as running. */
  boolean isReady() {
    return incarnation.is(LaunchFlag.READY) || !readiness().isReported();
  }

  private Readiness readiness() {
    return instance.spec().start().readiness();
  }

  /** Returns what a start waits for, for messages; empty if that is only its launch. */
  public Optional<String> awaits() {
    if (state != ProcessState.STARTING) {
      return Optional.empty();
    }
    if (is(OsState.SPAWNING)) {
      return instance.spec().start().execStartPre().map(it -> "the command before it");
    }
    boolean checked = isReady() && instance.spec().health().isPresent();
    return Optional.of(checked ? "its health check to succeed" : readiness().describe());
  }

  /** Returns whether its tree is gone and no launch is pending. */
  public boolean isStopped() {
    return is(OsState.ABSENT) && !isPending();
  }

  /** Returns whether a launch is pending. */
  boolean isPending() {
    return state == ProcessState.BACKOFF || state == ProcessState.BLOCKED;
  }

  /** Returns whether it is starting or running. */
  boolean isUp() {
    return state == ProcessState.STARTING || state == ProcessState.RUNNING;
  }

  boolean isStoppingTo(StopPlan.AfterStop then) {
    return state == ProcessState.STOPPING
        && stopPlan.isPresent()
        && stopPlan.get().afterStop() == then;
  }

  /** Returns whether it waits for the other processes of its restart group. */
  boolean awaitsGroup() {
    return state == ProcessState.BACKOFF && timer.isEmpty();
  }
}
