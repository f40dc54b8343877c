package io.luhproc.supervisor.state;

import io.luhproc.service.Cause;
import io.luhproc.service.ProcessState;
import io.luhproc.supervisor.state.StateTimer.Purpose;
import java.time.Duration;
import java.util.Optional;

/**
 * The moves of one process from state to state during one step, each with the actions that belong
 * to it: so that whoever leaves a state leaves no timer and no health check behind.
 */
final class ProcessTransitions {
  private final int index;
  private final ProcessPolicy policy;
  private final TransitionContext context;
  private ProcessFsmState current;
  private boolean gaveUp;

  ProcessTransitions(
      int index, ProcessPolicy policy, ProcessFsmState current, TransitionContext context) {
    this.index = index;
    this.policy = policy;
    this.current = current;
    this.context = context;
  }

  int index() {
    return index;
  }

  ProcessPolicy policy() {
    return policy;
  }

  ProcessFsmState current() {
    return current;
  }

  /** Returns whether it gave up since this was last asked. */
  boolean pollGaveUp() {
    boolean taken = gaveUp;
    gaveUp = false;
    return taken;
  }

  void setRetries(int count) {
    current = current.retries(count);
  }

  // Up.

  /** Launches it as far as the gate lets it. */
  void launch(Cause cause) {
    context.dependencies().launchOrBlock(this, cause);
  }

  void enterStarting(Cause cause) {
    long generation = current.generation() + 1;
    transition(ProcessState.STARTING, cause, Incarnation.start(generation, OsState.SPAWNING));
    context.addEffect(new Effect.Launch(index, generation));
    scheduleTimer(Purpose.START_TIMEOUT, policy.startTimeout());
  }

  void enterBlocked(Cause cause) {
    transition(ProcessState.BLOCKED, cause, OsState.ABSENT);
  }

  void adopt(long generation) {
    Cause cause = Cause.requested("adopted from a former supervisor");
    transition(ProcessState.STARTING, cause, Incarnation.start(generation, OsState.ALIVE));
    if (policy.hasHealthCheck()) {
      scheduleTimer(Purpose.START_TIMEOUT, policy.startTimeout());
      context.addEffect(new Effect.StartHealthCheck(index, generation));
    } else {
      enterRunning();
    }
  }

  /** It has been launched: waits until it is well. */
  void awaitReady() {
    current = current.incarnation(current.incarnation().osState(OsState.ALIVE));
    if (policy.hasHealthCheck()) {
      context.addEffect(new Effect.StartHealthCheck(index, current.generation()));
    } else if (policy.minReadyTime().isZero()) {
      enterRunning();
    } else {
      cancelTimer();
      scheduleTimer(Purpose.MIN_READY, policy.minReadyTime());
    }
  }

  void enterRunning() {
    transition(
        ProcessState.RUNNING, current.cause(), current.incarnation().runningSince(context.now()));
  }

  void setUnhealthy(boolean flag) {
    current = current.incarnation(current.incarnation().unhealthy(flag));
  }

  // Going.

  /** Ends what is up or being launched; the latter as soon as there is somebody to end. */
  void beginStop(StopPlan stopPlan, boolean kill) {
    if (current.is(OsState.SPAWNING)) {
      enterStopping(stopPlan, current.incarnation().killAtOnce(kill));
    } else {
      stopTree(stopPlan, kill);
    }
  }

  void stopTree(StopPlan stopPlan, boolean kill) {
    enterStopping(stopPlan, current.incarnation().osState(OsState.TERMINATING));
    context.addEffect(new Effect.StopTree(index, current.generation(), kill));
  }

  void stopLeftovers(StopPlan stopPlan) {
    enterStopping(stopPlan, current.incarnation().osState(OsState.TERMINATING));
    context.addEffect(new Effect.StopLeftovers(index, current.generation()));
  }

  /** Changes what is to be done once it is gone. */
  void changeStopPlan(StopPlan stopPlan) {
    enterStopping(stopPlan, current.incarnation());
  }

  /** Is ended without grace, where it was being ended with it. */
  void escalateToKill() {
    current = current.incarnation(current.incarnation().killAtOnce(true));
    if (current.is(OsState.TERMINATING)) {
      context.addEffect(new Effect.StopTree(index, current.generation(), true));
    }
  }

  // Gone.

  void enterInactive(Cause cause) {
    // Whoever starts it again begins to count anew.
    setRetries(0);
    transition(ProcessState.INACTIVE, cause, OsState.ABSENT);
  }

  void enterExited(Cause cause) {
    transition(ProcessState.EXITED, cause, OsState.ABSENT);
  }

  void enterBackoff(Cause cause) {
    transition(ProcessState.BACKOFF, cause, OsState.ABSENT);
  }

  /** Waits before the next launch, or launches at once where there is nothing to wait. */
  void scheduleRestart(Duration delay, Cause cause) {
    enterBackoff(cause);
    if (delay.isZero()) {
      launch(cause);
    } else {
      scheduleTimer(Purpose.BACKOFF, delay);
    }
  }

  /** Gives up on its own account, which may concern others of its service. */
  void giveUp(Cause cause) {
    enterFailed(cause);
    gaveUp = true;
  }

  void enterFailed(Cause cause) {
    transition(ProcessState.FAILED, cause, OsState.ABSENT);
  }

  /** Cannot be ended; of one that is not wanted this concerns nobody else. */
  void enterUnkillable(String survivors) {
    transition(
        ProcessState.FAILED, new Cause(Cause.Kind.STOP_FAILED, survivors), OsState.UNKILLABLE);
    gaveUp = current.desiredUp();
  }

  // The parts of all moves.

  private void transition(ProcessState next, Cause cause, OsState osState) {
    transition(next, cause, current.incarnation().osState(osState));
  }

  private void transition(ProcessState next, Cause cause, Incarnation incarnation) {
    ProcessFsmState before = current;
    addExitEffects(isUp(next));
    current = current.enter(next, cause, incarnation);
    addStateChange(before.state());
  }

  private void enterStopping(StopPlan stopPlan, Incarnation incarnation) {
    ProcessFsmState before = current;
    addExitEffects(false);
    current = current.enterStopping(stopPlan, incarnation);
    addStateChange(before.state());
  }

  private void addStateChange(ProcessState from) {
    if (current.state() != from) {
      context.addEffect(new Effect.StateChanged(index, from, current.state(), current.cause()));
    }
  }

  private void addExitEffects(boolean staysUp) {
    cancelTimer();
    if (staysUp || !isUp(current.state())) {
      return;
    }
    if (policy.hasHealthCheck() && current.is(OsState.ALIVE)) {
      context.addEffect(new Effect.StopHealthCheck(index, current.generation()));
    }
    if (wasStable()) {
      current = current.retries(0);
    }
  }

  private static boolean isUp(ProcessState state) {
    return state == ProcessState.STARTING || state == ProcessState.RUNNING;
  }

  private boolean wasStable() {
    Duration ran = context.now().minus(current.incarnation().runningSince());
    return current.state() == ProcessState.RUNNING
        && ran.compareTo(policy.restart().resetAfter()) >= 0;
  }

  /** Arms a timer; one of zero stands for no limit. */
  private void scheduleTimer(Purpose purpose, Duration delay) {
    if (!delay.isZero()) {
      StateTimer timer = new StateTimer(purpose, current.generation(), context.now().plus(delay));
      current = current.timer(Optional.of(timer));
      context.addEffect(new Effect.ScheduleTimer(index, timer, delay));
    }
  }

  private void cancelTimer() {
    current.timer().ifPresent(timer -> context.addEffect(new Effect.CancelTimer(index, timer)));
    current = current.timer(Optional.empty());
  }

  /** Forgets a timer that has fired. */
  void clearTimer() {
    current = current.timer(Optional.empty());
  }
}
