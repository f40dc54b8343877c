package io.luhproc.supervisor.state;

import io.luhproc.service.Cause;
import io.luhproc.service.ProcessState;
import java.util.Optional;

/**
 * What is known and intended of one process.
 *
 * @param desiredUp whether it is wanted up; it stays so when it is given up or has done its work
 * @param state what it is doing
 * @param cause why
 * @param incarnation its latest launch
 * @param retries how often it was retried in a row
 * @param stopPlan what is to be done once it is gone; there while it is being stopped only
 * @param timer the timer that is armed; one in backoff without one waits for its group
 */
public record ProcessFsmState(
    boolean desiredUp,
    ProcessState state,
    Cause cause,
    Incarnation incarnation,
    int retries,
    Optional<StopPlan> stopPlan,
    Optional<StateTimer> timer) {

  public ProcessFsmState {
    check(stopPlan.isPresent() == (state == ProcessState.STOPPING), "plan", stopPlan, state);
    check(isConsistent(state, incarnation.osState()), "presence", incarnation.osState(), state);
    check(timer.isEmpty() || allowsTimer(state), "timer", timer, state);
    check(
        desiredUp == computeDesiredUp(desiredUp, state, incarnation, stopPlan),
        "wanted",
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

  /** Returns what the other values make of it; a stuck one alone may be either. */
  private static boolean computeDesiredUp(
      boolean desiredUp, ProcessState state, Incarnation incarnation, Optional<StopPlan> stopPlan) {
    return switch (state) {
      case INACTIVE -> false;
      case BLOCKED, STARTING, RUNNING, BACKOFF, EXITED -> true;
      case STOPPING ->
          stopPlan.isPresent() && stopPlan.get().afterStop() != StopPlan.AfterStop.STAY_DOWN;
      // One that was to be stopped and could not be is still not wanted.
      case FAILED -> incarnation.osState() != OsState.UNKILLABLE || desiredUp;
    };
  }

  /** Returns a process that was never started. */
  public static ProcessFsmState initial() {
    Cause cause = Cause.requested("never started");
    ProcessState state = ProcessState.INACTIVE;
    return new ProcessFsmState(
        false, state, cause, Incarnation.NONE, 0, Optional.empty(), Optional.empty());
  }

  /** Returns it in another state, without a timer. */
  ProcessFsmState enter(ProcessState next, Cause why, Incarnation nextRun) {
    boolean want = computeDesiredUp(desiredUp, next, nextRun, Optional.empty());
    return new ProcessFsmState(
        want, next, why, nextRun, retries, Optional.empty(), Optional.empty());
  }

  /** Returns it being stopped, without a timer. */
  ProcessFsmState enterStopping(StopPlan next, Incarnation nextRun) {
    ProcessState stopping = ProcessState.STOPPING;
    Optional<StopPlan> then = Optional.of(next);
    boolean want = computeDesiredUp(desiredUp, stopping, nextRun, then);
    return new ProcessFsmState(
        want, stopping, next.cause(), nextRun, retries, then, Optional.empty());
  }

  ProcessFsmState incarnation(Incarnation next) {
    return new ProcessFsmState(desiredUp, state, cause, next, retries, stopPlan, timer);
  }

  ProcessFsmState retries(int count) {
    return new ProcessFsmState(desiredUp, state, cause, incarnation, count, stopPlan, timer);
  }

  ProcessFsmState timer(Optional<StateTimer> next) {
    return new ProcessFsmState(desiredUp, state, cause, incarnation, retries, stopPlan, next);
  }

  public long generation() {
    return incarnation.generation();
  }

  public boolean is(OsState osState) {
    return incarnation.osState() == osState;
  }

  boolean isStoppingTo(StopPlan.AfterStop then) {
    return stopPlan.isPresent() && stopPlan.get().afterStop() == then;
  }

  /** Returns whether it waits for those with which it is restarted. */
  boolean awaitsGroup() {
    return state == ProcessState.BACKOFF && timer.isEmpty();
  }
}
