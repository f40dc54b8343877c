package io.luhproc.supervisor.state;

import io.luhproc.service.Cause;
import io.luhproc.service.ProcessState;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The state of one process, complete: whatever decides about it is in here.
 *
 * @param instance the process by its spec
 * @param desiredUp whether it is wanted up; it stays so when it has failed or has completed
 * @param state its state
 * @param cause the cause of the state
 * @param incarnation its latest launch
 * @param retries the number of retries in a row
 * @param stopPlan what follows once it is gone; present only while it is being stopped
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

  /** The existence of a process in the system, as far as it was reported. */
  public enum OsState {
    /** Never launched, or proved gone. */
    ABSENT,
    /** A launch that has not been answered yet. */
    SPAWNING,
    /** Running. */
    ALIVE,
    /** Its tree is being stopped; the answer is outstanding. */
    TERMINATING,
    /** Its tree survived SIGKILL. */
    UNKILLABLE
  }

  /**
   * The latest launch of a process.
   *
   * @param generation grows with each launch; events of another generation are ignored
   * @param launches the number of launches, an adopted process included
   * @param osState its existence in the system
   * @param runningSince when it entered RUNNING, on the clock of the machine's caller
   * @param unhealthy whether its health check fails at present
   * @param killAtOnce whether it is stopped without a grace period
   * @param paused whether it is frozen
   * @param exitCode its exit code as shells show it, once it was reported
   */
  public record Incarnation(
      long generation,
      long launches,
      OsState osState,
      Duration runningSince,
      boolean unhealthy,
      boolean killAtOnce,
      boolean paused,
      OptionalInt exitCode) {

    public Incarnation {
      if (generation < 0) {
        throw new IllegalArgumentException("generation (" + generation + ") must not be negative");
      }
    }

    /** Returns that of a process without a launch, whose first launch is of a later generation. */
    static Incarnation none(long generation) {
      return new Incarnation(
          generation, 0, OsState.ABSENT, Duration.ZERO, false, false, false, OptionalInt.empty());
    }

    /** Returns the next launch. */
    Incarnation nextLaunch(OsState next) {
      return new Incarnation(
          generation + 1,
          launches + 1,
          next,
          Duration.ZERO,
          false,
          false,
          false,
          OptionalInt.empty());
    }

    /** A process that is being stopped was thawed for that. */
    Incarnation osState(OsState next) {
      return new Incarnation(
          generation,
          launches,
          next,
          runningSince,
          unhealthy,
          killAtOnce,
          paused && next == OsState.ALIVE,
          exitCode);
    }

    Incarnation runningSince(Duration now) {
      return new Incarnation(
          generation, launches, osState, now, unhealthy, killAtOnce, paused, exitCode);
    }

    Incarnation unhealthy(boolean flag) {
      return new Incarnation(
          generation, launches, osState, runningSince, flag, killAtOnce, paused, exitCode);
    }

    Incarnation killAtOnce(boolean flag) {
      return new Incarnation(
          generation, launches, osState, runningSince, unhealthy, flag, paused, exitCode);
    }

    Incarnation paused(boolean flag) {
      return new Incarnation(
          generation, launches, osState, runningSince, unhealthy, killAtOnce, flag, exitCode);
    }

    Incarnation exitCode(OptionalInt code) {
      return new Incarnation(
          generation, launches, osState, runningSince, unhealthy, killAtOnce, paused, code);
    }
  }

  /**
   * What follows once nothing of a process is alive.
   *
   * @param afterStop the next step
   * @param cause why it is being stopped, or how it ended
   * @param exitCode its exit code, where it ended by itself and left one
   */
  public record StopPlan(AfterStop afterStop, Cause cause, OptionalInt exitCode) {

    /** The step after the stop. */
    public enum AfterStop {
      /** Not wanted: {@link ProcessState#INACTIVE}. */
      STAY_DOWN,
      /** A caller requested a restart. */
      START,
      /** It failed or ended by itself: the restart policy decides. */
      APPLY_RESTART_POLICY,
      /** It waits for the other processes of its restart group. */
      JOIN_GROUP,
      /** Given up: {@link ProcessState#FAILED}. */
      FAIL
    }

    static StopPlan of(AfterStop then, Cause cause) {
      return new StopPlan(then, cause, OptionalInt.empty());
    }

    static StopPlan failure(Cause.Kind kind, String detail) {
      return of(AfterStop.APPLY_RESTART_POLICY, new Cause(kind, detail));
    }

    /** Returns this plan with a detail that was found during the stop, where it explains it. */
    StopPlan withDetail(String detail) {
      boolean failed = afterStop == AfterStop.APPLY_RESTART_POLICY;
      return failed ? failure(cause.kind(), cause.detail() + ": " + detail) : this;
    }
  }

  /**
   * A timer of a process, which has at most one at a time. The timer is its own token: a cancelled
   * one equals the armed one only where both are due at the same time for the same purpose.
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
      BACKOFF
    }
  }

  public ProcessFsmState {
    check(stopPlan.isPresent() == (state == ProcessState.STOPPING), "stopPlan", stopPlan, state);
    check(isConsistent(state, incarnation.osState()), "osState", incarnation.osState(), state);
    check(timer.isEmpty() || allowsTimer(state), "timer", timer, state);
    check(
        desiredUp == computeDesiredUp(desiredUp, state, incarnation, stopPlan),
        "desiredUp",
        desiredUp,
        state);
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

  /** Returns what follows from the other values; only an unkillable process may be either. */
  private static boolean computeDesiredUp(
      boolean desiredUp, ProcessState state, Incarnation incarnation, Optional<StopPlan> stopPlan) {
    return switch (state) {
      case INACTIVE -> false;
      case BLOCKED, STARTING, RUNNING, BACKOFF, EXITED -> true;
      case STOPPING ->
          stopPlan.isPresent() && stopPlan.get().afterStop() != StopPlan.AfterStop.STAY_DOWN;
      // A process whose stop failed is still not wanted.
      case FAILED -> incarnation.osState() != OsState.UNKILLABLE || desiredUp;
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

  /** Returns it in another state, without a timer. */
  ProcessFsmState enter(ProcessState next, Cause why, Incarnation nextRun) {
    boolean up = computeDesiredUp(desiredUp, next, nextRun, Optional.empty());
    return new ProcessFsmState(
        instance, up, next, why, nextRun, retries, Optional.empty(), Optional.empty());
  }

  /** Returns it being stopped, without a timer. */
  ProcessFsmState enterStopping(StopPlan next, Incarnation nextRun) {
    ProcessState stopping = ProcessState.STOPPING;
    Optional<StopPlan> then = Optional.of(next);
    boolean up = computeDesiredUp(desiredUp, stopping, nextRun, then);
    return new ProcessFsmState(
        instance, up, stopping, next.cause(), nextRun, retries, then, Optional.empty());
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

  public long generation() {
    return incarnation.generation();
  }

  public boolean is(OsState osState) {
    return incarnation.osState() == osState;
  }

  /** Returns whether nothing of it is alive and no launch is due. */
  public boolean isStopped() {
    return is(OsState.ABSENT) && !isPending();
  }

  /** Returns whether a launch is due. */
  boolean isPending() {
    return state == ProcessState.BACKOFF || state == ProcessState.BLOCKED;
  }

  /** Returns whether it is starting or running. */
  boolean isUp() {
    return state == ProcessState.STARTING || state == ProcessState.RUNNING;
  }

  boolean isStoppingTo(StopPlan.AfterStop then) {
    return stopPlan.isPresent() && stopPlan.get().afterStop() == then;
  }

  /** Returns whether it waits for the processes with which it is restarted. */
  boolean awaitsGroup() {
    return state == ProcessState.BACKOFF && timer.isEmpty();
  }
}
