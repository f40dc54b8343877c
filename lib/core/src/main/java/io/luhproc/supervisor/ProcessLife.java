package io.luhproc.supervisor;

import java.util.Optional;

/**
 * What is known and intended of one process.
 *
 * @param wanted whether it is wanted up; it stays so when it is given up or has done its work
 * @param state what it is doing
 * @param cause why
 * @param run its latest launch
 * @param retries how often it was retried in a row
 * @param plan what is to be done once it is gone; there while it is being stopped only
 * @param timer the timer that is armed; one in backoff without one waits for its group
 */
record ProcessLife(
    boolean wanted,
    ProcessState state,
    Cause cause,
    Run run,
    int retries,
    Optional<Plan> plan,
    Optional<LifeTimer> timer) {

  ProcessLife {
    check(plan.isPresent() == (state == ProcessState.STOPPING), "plan", plan, state);
    check(fits(state, run.presence()), "presence", run.presence(), state);
    check(timer.isEmpty() || mayHaveTimer(state), "timer", timer, state);
    check(wanted == isWanted(wanted, state, run, plan), "wanted", wanted, state);
    check(retries >= 0, "retries", retries, state);
  }

  private static void check(boolean holds, String name, Object value, ProcessState state) {
    if (!holds) {
      throw new IllegalArgumentException(name + " (" + value + ") must fit the state " + state);
    }
  }

  private static boolean fits(ProcessState state, Presence presence) {
    return switch (state) {
      case INACTIVE, BLOCKED, BACKOFF, EXITED -> presence == Presence.NONE;
      case STARTING -> presence == Presence.LAUNCHING || presence == Presence.LIVING;
      case RUNNING -> presence == Presence.LIVING;
      case STOPPING -> presence == Presence.LAUNCHING || presence == Presence.GOING;
      case FAILED -> presence == Presence.NONE || presence == Presence.STUCK;
    };
  }

  private static boolean mayHaveTimer(ProcessState state) {
    return state == ProcessState.STARTING || state == ProcessState.BACKOFF;
  }

  /** Returns what the other values make of it; a stuck one alone may be either. */
  private static boolean isWanted(
      boolean wanted, ProcessState state, Run run, Optional<Plan> plan) {
    return switch (state) {
      case INACTIVE -> false;
      case BLOCKED, STARTING, RUNNING, BACKOFF, EXITED -> true;
      case STOPPING -> plan.isPresent() && plan.get().then() != Plan.Then.REST;
      // One that was to be stopped and could not be is still not wanted.
      case FAILED -> run.presence() != Presence.STUCK || wanted;
    };
  }

  /** Returns a process that was never started. */
  static ProcessLife initial() {
    Cause cause = Cause.wanted("never started");
    ProcessState state = ProcessState.INACTIVE;
    return new ProcessLife(false, state, cause, Run.NONE, 0, Optional.empty(), Optional.empty());
  }

  /** Returns it in another state, without a timer. */
  ProcessLife moved(ProcessState next, Cause why, Run nextRun) {
    boolean want = isWanted(wanted, next, nextRun, Optional.empty());
    return new ProcessLife(want, next, why, nextRun, retries, Optional.empty(), Optional.empty());
  }

  /** Returns it being stopped, without a timer. */
  ProcessLife stopping(Plan next, Run nextRun) {
    ProcessState stopping = ProcessState.STOPPING;
    Optional<Plan> then = Optional.of(next);
    boolean want = isWanted(wanted, stopping, nextRun, then);
    return new ProcessLife(want, stopping, next.cause(), nextRun, retries, then, Optional.empty());
  }

  ProcessLife run(Run next) {
    return new ProcessLife(wanted, state, cause, next, retries, plan, timer);
  }

  ProcessLife retries(int count) {
    return new ProcessLife(wanted, state, cause, run, count, plan, timer);
  }

  ProcessLife timer(Optional<LifeTimer> next) {
    return new ProcessLife(wanted, state, cause, run, retries, plan, next);
  }

  long generation() {
    return run.generation();
  }

  boolean is(Presence presence) {
    return run.presence() == presence;
  }

  boolean plans(Plan.Then then) {
    return plan.isPresent() && plan.get().then() == then;
  }

  /** Returns whether it waits for those with which it is restarted. */
  boolean awaitsGroup() {
    return state == ProcessState.BACKOFF && timer.isEmpty();
  }
}
