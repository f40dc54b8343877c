package io.luhproc.supervisor.state;

import io.luhproc.service.Cause;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.supervisor.state.ProcessFsmState.Incarnation;
import io.luhproc.supervisor.state.ProcessFsmState.LaunchFlag;
import io.luhproc.supervisor.state.ProcessFsmState.OsState;
import io.luhproc.supervisor.state.ProcessFsmState.StateTimer;
import io.luhproc.supervisor.state.ProcessFsmState.StateTimer.Purpose;
import io.luhproc.supervisor.state.ProcessFsmState.StopPlan;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The transitions of one process during one step, each with its effects. Leaving a state cancels
 * its timer and its health check.
 */
final class ProcessTransitions {
  private static final Duration STOP_RETRY_DELAY = Duration.ofSeconds(5);

  private final Transition.Context context;
  private ProcessFsmState current;
  private boolean gaveUp;

  ProcessTransitions(ProcessFsmState current, Transition.Context context) {
    this.current = current;
    this.context = context;
  }

  ProcessFsmState current() {
    return current;
  }

  private String name() {
    return current.name();
  }

  private ProcessSpec spec() {
    return current.instance().spec();
  }

  boolean hasHealthCheck() {
    return spec().health().isPresent();
  }

  /** Returns whether it gave up since the last call. */
  boolean pollGaveUp() {
    boolean taken = gaveUp;
    gaveUp = false;
    return taken;
  }

  void setRetries(int count) {
    current = current.retries(count);
  }

  // Up.

  /** Launches the process if its dependencies allow it; otherwise blocks or fails it. */
  void launch(Cause cause) {
    context.dependencies().launchOrBlock(this, cause);
  }

  /** Launches the process again, after a failure or an exit. */
  void relaunch(Cause last) {
    launch(new Cause(last.kind(), "restarted (" + last.detail() + ")"));
  }

  void enterStarting(Cause cause) {
    Incarnation next = current.incarnation().nextLaunch(OsState.SPAWNING);
    transition(ProcessState.STARTING, cause, next);
    context.addEffect(new Effect.Launch(name(), next.generation()));
    scheduleTimer(Purpose.START_TIMEOUT, spec().start().timeout());
  }

  void enterBlocked(Cause cause) {
    transition(ProcessState.BLOCKED, cause, OsState.ABSENT);
  }

  /** Adopts a live process of a former supervisor, which may be frozen. */
  void adopt(RecoveredProcess recovered) {
    Cause cause = Cause.requested("adopted from a former supervisor");
    Incarnation next =
        current
            .incarnation()
            .nextLaunch(OsState.ALIVE)
            .with(LaunchFlag.PAUSED, recovered.paused())
            .with(LaunchFlag.READY, recovered.ready());
    context.addEffect(new Effect.Adopt(name(), next.generation(), recovered));
    transition(ProcessState.STARTING, cause, next);
    if (current.isReady() && !hasHealthCheck()) {
      enterRunning();
    } else {
      scheduleTimer(Purpose.START_TIMEOUT, spec().start().timeout());
      startHealthCheck();
    }
  }

  /** Stops the rest of the tree of an exited process that a former supervisor launched. */
  void adoptExited(StopPlan stopPlan) {
    Incarnation next = current.incarnation().nextLaunch(OsState.TERMINATING);
    enterStopping(stopPlan, next.exitCode(stopPlan.exitCode()));
    context.addEffect(new Effect.StopLeftovers(name(), current.generation()));
  }

  /** Stops a tree that a former supervisor left, whatever the desired state is. */
  void adoptLeftovers(StopPlan stopPlan) {
    enterStopping(stopPlan, current.incarnation().nextLaunch(OsState.TERMINATING));
    context.addEffect(new Effect.StopTree(name(), current.generation(), false));
  }

  /** Waits, after the launch, until the process counts as running. */
  void awaitReady() {
    current = current.incarnation(current.incarnation().osState(OsState.ALIVE));
    if (!current.isReady()) {
      return; // The start timeout is armed.
    }
    if (hasHealthCheck()) {
      startHealthCheck();
    } else if (spec().start().minReadyTime().isZero()) {
      enterRunning();
    } else {
      cancelTimer();
      scheduleTimer(Purpose.MIN_READY, spec().start().minReadyTime());
    }
  }

  void enterRunning() {
    transition(
        ProcessState.RUNNING, current.cause(), current.incarnation().runningSince(context.now()));
  }

  void setUnhealthy(boolean unhealthy) {
    setFlag(LaunchFlag.UNHEALTHY, unhealthy);
  }

  void setReady() {
    setFlag(LaunchFlag.READY, true);
  }

  /** Ends the health check of a process that stops by itself. */
  void setLeaving() {
    if (isHealthChecked()) {
      stopHealthCheck();
    }
    setFlag(LaunchFlag.LEAVING, true);
  }

  private void setFlag(LaunchFlag flag, boolean value) {
    current = current.incarnation(current.incarnation().with(flag, value));
  }

  /**
   * Sets whether the process is frozen. Its health check is suspended while it is, because a frozen
   * process would fail the check.
   */
  void setPaused(boolean paused) {
    if (current.incarnation().paused() == paused) {
      return;
    }
    if (isHealthChecked()) {
      stopHealthCheck();
    }
    setFlag(LaunchFlag.PAUSED, paused);
    startHealthCheck();
  }

  private void startHealthCheck() {
    if (isHealthChecked()) {
      context.addEffect(new Effect.StartHealthCheck(name(), current.generation()));
    }
  }

  private void stopHealthCheck() {
    context.addEffect(new Effect.StopHealthCheck(name(), current.generation()));
  }

  private boolean isHealthChecked() {
    return hasHealthCheck()
        && current.is(OsState.ALIVE)
        && current.isUp()
        && current.isReady()
        && !current.incarnation().is(LaunchFlag.LEAVING)
        && !current.incarnation().paused();
  }

  // The spec.

  /** Replaces the spec, and applies the changes that take effect while the process runs. */
  void changeSpec(ProcessInstance next) {
    ProcessSpec before = spec();
    boolean wasChecked = isHealthChecked();
    current = current.instance(next);
    if (!current.isUp() || !current.is(OsState.ALIVE)) {
      return;
    }
    if (!spec().health().equals(before.health())) {
      changeHealthCheck(wasChecked);
    }
    if (!spec().limits().maxMemoryRestart().equals(before.limits().maxMemoryRestart())) {
      context.addEffect(new Effect.MonitorMemory(name(), current.generation()));
    }
    if (!spec().limits().resources().equals(before.limits().resources())) {
      context.addEffect(new Effect.ApplyLimits(name(), current.generation()));
    }
  }

  private void changeHealthCheck(boolean wasChecked) {
    setUnhealthy(false);
    if (wasChecked) {
      stopHealthCheck();
    }
    if (current.state() == ProcessState.STARTING && !hasHealthCheck()) {
      awaitReady();
      return;
    }
    if (current.timer().map(StateTimer::purpose).equals(Optional.of(Purpose.MIN_READY))) {
      cancelTimer();
      scheduleTimer(Purpose.START_TIMEOUT, spec().start().timeout());
    }
    startHealthCheck();
  }

  // Stop.

  /**
   * Stops the process. A pending launch is cancelled, and the process is stopped if it was
   * launched.
   */
  void beginStop(StopPlan stopPlan, boolean kill) {
    if (current.is(OsState.SPAWNING)) {
      enterStopping(stopPlan, current.incarnation().with(LaunchFlag.KILL_AT_ONCE, kill));
      context.addEffect(new Effect.CancelLaunch(name(), kill));
    } else {
      stopTree(stopPlan, kill);
    }
  }

  void stopTree(StopPlan stopPlan, boolean kill) {
    enterStopping(stopPlan, current.incarnation().osState(OsState.TERMINATING));
    context.addEffect(new Effect.StopTree(name(), current.generation(), kill));
  }

  void stopLeftovers(StopPlan stopPlan) {
    enterStopping(stopPlan, current.incarnation().osState(OsState.TERMINATING));
    context.addEffect(new Effect.StopLeftovers(name(), current.generation()));
  }

  void setExitCode(OptionalInt code) {
    current = current.incarnation(current.incarnation().exitCode(code));
  }

  /** Changes what happens once the tree is gone. */
  void changeStopPlan(StopPlan stopPlan) {
    enterStopping(stopPlan, current.incarnation());
  }

  /** Ends the grace period of a stop. */
  void escalateToKill() {
    boolean escalated = current.incarnation().is(LaunchFlag.KILL_AT_ONCE);
    setFlag(LaunchFlag.KILL_AT_ONCE, true);
    if (current.is(OsState.TERMINATING)) {
      context.addEffect(new Effect.StopTree(name(), current.generation(), true));
    } else if (!escalated) {
      context.addEffect(new Effect.CancelLaunch(name(), true));
    }
  }

  // After the tree is gone.

  void enterInactive(Cause cause) {
    // The next start counts retries from zero.
    setRetries(0);
    transition(ProcessState.INACTIVE, cause, OsState.ABSENT);
  }

  void enterExited(Cause cause) {
    transition(ProcessState.EXITED, cause, OsState.ABSENT);
  }

  void enterBackoff(Cause cause) {
    transition(ProcessState.BACKOFF, cause, OsState.ABSENT);
  }

  /** Schedules the next launch after a delay; zero launches at once. */
  void scheduleRestart(Duration delay, Cause cause) {
    enterBackoff(cause);
    if (delay.isZero()) {
      relaunch(cause);
    } else {
      scheduleTimer(Purpose.BACKOFF, delay);
    }
  }

  /** Enters FAILED for its own reason, which may affect its siblings. */
  void giveUp(Cause cause) {
    enterFailed(cause);
    gaveUp = true;
  }

  void enterFailed(Cause cause) {
    transition(ProcessState.FAILED, cause, OsState.ABSENT);
  }

  /**
   * Enters FAILED because the tree survived SIGKILL. Affects its siblings only if its desired state
   * is up.
   */
  void enterUnkillable(String survivors) {
    transition(
        ProcessState.FAILED, new Cause(Cause.Kind.STOP_FAILED, survivors), OsState.UNKILLABLE);
    gaveUp = current.desiredUp();
    scheduleTimer(Purpose.RETRY_STOP, STOP_RETRY_DELAY);
  }

  /** Updates the survivors of a stop that failed again, and schedules the next attempt. */
  void scheduleStopRetry(String survivors) {
    Cause cause = new Cause(Cause.Kind.STOP_FAILED, survivors);
    cancelTimer();
    current = current.enter(ProcessState.FAILED, cause, current.incarnation());
    scheduleTimer(Purpose.RETRY_STOP, STOP_RETRY_DELAY);
  }

  /** Kills a tree again that survived SIGKILL. Its process may have been in an I/O wait. */
  void retryStop() {
    context.addEffect(new Effect.StopTree(name(), current.generation(), true));
  }

  // Steps of all transitions.

  private void transition(ProcessState next, Cause cause, OsState osState) {
    transition(next, cause, current.incarnation().osState(osState));
  }

  private void transition(ProcessState next, Cause cause, Incarnation incarnation) {
    ProcessFsmState before = current;
    addExitEffects(next == ProcessState.STARTING || next == ProcessState.RUNNING);
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
      context.addEffect(new Effect.StateChanged(name(), from, current.state(), current.cause()));
    }
  }

  private void addExitEffects(boolean staysUp) {
    cancelTimer();
    if (staysUp || !current.isUp()) {
      return;
    }
    if (isHealthChecked()) {
      stopHealthCheck();
    }
    if (wasStable()) {
      current = current.retries(0);
    }
  }

  private boolean wasStable() {
    return current.state() == ProcessState.RUNNING
        && runningTime().compareTo(spec().restart().resetAfter()) >= 0;
  }

  /** Returns the time since it entered RUNNING; zero if it never did. */
  Duration runningTime() {
    Duration since = current.incarnation().runningSince();
    return since.isZero() ? Duration.ZERO : context.now().minus(since);
  }

  /** Arms a timer; a delay of zero means no limit. */
  private void scheduleTimer(Purpose purpose, Duration delay) {
    if (!delay.isZero()) {
      StateTimer timer = new StateTimer(purpose, current.generation(), context.now().plus(delay));
      current = current.timer(Optional.of(timer));
      context.addEffect(new Effect.ScheduleTimer(name(), timer, delay));
    }
  }

  private void cancelTimer() {
    current.timer().ifPresent(timer -> context.addEffect(new Effect.CancelTimer(name(), timer)));
    current = current.timer(Optional.empty());
  }

  /** Clears a timer that has fired. */
  void clearTimer() {
    current = current.timer(Optional.empty());
  }

  /** Restarts the start timeout, because a frozen process cannot become healthy. */
  void restartStartTimeout() {
    scheduleTimer(Purpose.START_TIMEOUT, spec().start().timeout());
  }

  /** Moves an armed start timeout to a later time. */
  void extendStartTimeout(Duration fromNow) {
    Duration dueAt = context.now().plus(fromNow);
    boolean isLater =
        current
            .timer()
            .filter(it -> it.purpose() == Purpose.START_TIMEOUT && it.dueAt().compareTo(dueAt) < 0)
            .isPresent();
    if (isLater) {
      cancelTimer();
      scheduleTimer(Purpose.START_TIMEOUT, fromNow);
    }
  }
}
