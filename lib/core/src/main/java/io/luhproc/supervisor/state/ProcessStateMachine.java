package io.luhproc.supervisor.state;

import io.luhproc.service.Cause;
import io.luhproc.supervisor.state.StopPlan.AfterStop;
import io.luhproc.time.DurationAndSizeFormat;
import java.time.Duration;
import java.util.Optional;

/**
 * Decides about one process during one step: a table with a method for each input, and in it a line
 * for each state. What concerns its whole service, a retry and a giving-up, it only remarks, and
 * {@link ServiceStateMachine} decides on it within the same step.
 */
final class ProcessStateMachine {
  private final ProcessTransitions transitions;
  private Optional<Cause> restartCause = Optional.empty();

  ProcessStateMachine(ProcessTransitions transitions) {
    this.transitions = transitions;
  }

  ProcessFsmState current() {
    return transitions.current();
  }

  int index() {
    return transitions.index();
  }

  ProcessPolicy policy() {
    return transitions.policy();
  }

  // What people want.

  void start(Cause cause) {
    switch (current().state()) {
      case INACTIVE, BLOCKED, BACKOFF, EXITED -> transitions.launch(cause);
      case FAILED -> {
        if (current().is(OsState.UNKILLABLE)) {
          transitions.stopLeftovers(StopPlan.of(AfterStop.START, cause));
        } else {
          transitions.launch(cause);
        }
      }
      case STOPPING -> transitions.changeStopPlan(StopPlan.of(AfterStop.START, cause));
      case STARTING, RUNNING -> {
        return; // It is up, and its retries go on to count.
      }
    }
    transitions.setRetries(0);
  }

  void restart(Cause cause) {
    switch (current().state()) {
      case STARTING, RUNNING -> transitions.beginStop(StopPlan.of(AfterStop.START, cause), false);
      case INACTIVE, BLOCKED, BACKOFF, STOPPING, EXITED, FAILED -> start(cause);
    }
    transitions.setRetries(0);
  }

  void stop(Cause cause, boolean kill) {
    StopPlan rest = StopPlan.of(AfterStop.STAY_DOWN, cause);
    switch (current().state()) {
      case INACTIVE -> {} // It is down.
      case BLOCKED, BACKOFF, EXITED -> transitions.enterInactive(cause);
      case FAILED -> {
        if (current().is(OsState.UNKILLABLE)) {
          transitions.stopTree(rest, kill);
        } else {
          transitions.enterInactive(cause);
        }
      }
      case STARTING, RUNNING -> transitions.beginStop(rest, kill);
      case STOPPING -> {
        transitions.changeStopPlan(rest);
        if (kill) {
          transitions.escalateToKill();
        }
      }
    }
  }

  // What happened.

  void launched() {
    if (!current().is(OsState.SPAWNING)) {
      return; // Its exit was told first.
    }
    switch (current().state()) {
      case STARTING -> transitions.awaitReady();
      case STOPPING -> transitions.stopTree(stopPlan(), current().incarnation().killAtOnce());
      case INACTIVE, BLOCKED, RUNNING, BACKOFF, EXITED, FAILED -> {} // None is in flight.
    }
  }

  /**
   * Could not be launched: a failure as others are, but for one that lasts. Whoever asked for a
   * start hears of that at once, and retries are of no use. What ran before is retried all the
   * same: its program may be missing only while it is being replaced.
   */
  void launchFailed(String reason, boolean retriable) {
    if (!current().is(OsState.SPAWNING)) {
      return;
    }
    switch (current().state()) {
      case STARTING -> {
        StopPlan failure = StopPlan.failure(Cause.Kind.START_FAILED, reason);
        if (retriable || current().retries() > 0) {
          applyRestartPolicy(failure);
        } else {
          transitions.giveUp(failure.cause());
        }
      }
      case STOPPING -> afterStopped(stopPlan().withDetail(reason));
      case INACTIVE, BLOCKED, RUNNING, BACKOFF, EXITED, FAILED -> {} // None is in flight.
    }
  }

  void exited(StopPlan stopPlan) {
    switch (current().state()) {
      case STARTING, RUNNING -> transitions.stopLeftovers(stopPlan);
      case STOPPING -> {
        // Otherwise it is being ended already, and its tree will be told to be gone.
        if (current().is(OsState.SPAWNING)) {
          transitions.stopLeftovers(stopPlan());
        }
      }
      case INACTIVE, BLOCKED, BACKOFF, EXITED, FAILED -> {} // Its tree is gone, or stuck.
    }
  }

  void treeTerminated() {
    switch (current().state()) {
      case STOPPING -> {
        if (current().is(OsState.TERMINATING)) {
          afterStopped(stopPlan());
        }
      }
      case FAILED -> {
        if (current().desiredUp()) {
          transitions.enterFailed(current().cause());
        } else {
          transitions.enterInactive(current().cause());
        }
      }
      case INACTIVE, BLOCKED, STARTING, RUNNING, BACKOFF, EXITED -> {} // Told before.
    }
  }

  void treeUnkillable(String survivors) {
    switch (current().state()) {
      case STOPPING -> {
        if (current().is(OsState.TERMINATING)) {
          transitions.enterUnkillable(survivors);
        }
      }
      case INACTIVE, BLOCKED, STARTING, RUNNING, BACKOFF, EXITED, FAILED -> {} // Told before.
    }
  }

  void healthy() {
    switch (current().state()) {
      case STARTING -> {
        if (current().is(OsState.ALIVE) && policy().hasHealthCheck()) {
          transitions.enterRunning();
        }
      }
      case RUNNING -> transitions.setUnhealthy(false);
      case INACTIVE, BLOCKED, BACKOFF, STOPPING, EXITED, FAILED -> {} // A late result.
    }
  }

  void unhealthy(String detail) {
    switch (current().state()) {
      case STARTING, RUNNING -> {
        if (policy().restartWhenUnhealthy()) {
          transitions.beginStop(StopPlan.failure(Cause.Kind.UNHEALTHY, detail), false);
        } else {
          transitions.setUnhealthy(true);
        }
      }
      case INACTIVE, BLOCKED, BACKOFF, STOPPING, EXITED, FAILED -> {} // A late result.
    }
  }

  void memoryLimitExceeded(String detail) {
    switch (current().state()) {
      case STARTING, RUNNING ->
          transitions.beginStop(StopPlan.failure(Cause.Kind.MEMORY_LIMIT, detail), false);
      case INACTIVE, BLOCKED, BACKOFF, STOPPING, EXITED, FAILED -> {} // A late result.
    }
  }

  void timerFired(StateTimer timer) {
    if (!current().timer().equals(Optional.of(timer))) {
      return;
    }
    transitions.clearTimer();
    switch (timer.purpose()) {
      case START_TIMEOUT -> transitions.beginStop(startTimeoutPlan(), false);
      case MIN_READY -> transitions.enterRunning();
      case BACKOFF -> transitions.launch(current().cause());
    }
  }

  private StopPlan startTimeoutPlan() {
    String limit = DurationAndSizeFormat.format(policy().startTimeout());
    return StopPlan.failure(Cause.Kind.START_TIMEOUT, "was not up within " + limit);
  }

  void adopt(long generation) {
    if (generation <= current().generation()) {
      return;
    }
    switch (current().state()) {
      case INACTIVE, BLOCKED, BACKOFF, EXITED -> transitions.adopt(generation);
      case FAILED -> {
        if (current().is(OsState.ABSENT)) {
          transitions.adopt(generation);
        }
      }
      case STARTING, RUNNING, STOPPING -> {} // One of our own lives.
    }
  }

  void dependenciesChanged() {
    switch (current().state()) {
      case BLOCKED -> transitions.launch(Cause.requested("what it waited for is there"));
      case INACTIVE, STARTING, RUNNING, BACKOFF, STOPPING, EXITED, FAILED -> {} // Not at the gate.
    }
  }

  // Once nothing of it lives.

  private StopPlan stopPlan() {
    return current().stopPlan().orElseThrow();
  }

  private void afterStopped(StopPlan stopPlan) {
    switch (stopPlan.afterStop()) {
      case STAY_DOWN -> transitions.enterInactive(stopPlan.cause());
      case START -> transitions.launch(stopPlan.cause());
      case APPLY_RESTART_POLICY -> applyRestartPolicy(stopPlan);
      case JOIN_GROUP -> transitions.enterBackoff(stopPlan.cause());
      case FAIL -> transitions.enterFailed(stopPlan.cause());
    }
  }

  private void applyRestartPolicy(StopPlan stopPlan) {
    switch (policy().decideRestart(stopPlan.cause(), stopPlan.exitCode())) {
      case COMPLETE -> transitions.enterExited(stopPlan.cause());
      case FAIL ->
          transitions.giveUp(ProcessPolicy.failureCause(stopPlan.cause(), stopPlan.exitCode()));
      case RESTART -> requestRestart(stopPlan.cause());
    }
  }

  private void requestRestart(Cause last) {
    int most = policy().restart().maxRetries();
    if (current().retries() >= most) {
      String detail = most + (most == 1 ? " retry" : " retries") + ", last: " + last.detail();
      transitions.giveUp(new Cause(Cause.Kind.RETRIES_EXHAUSTED, detail));
    } else {
      transitions.setRetries(current().retries() + 1);
      restartCause = Optional.of(last);
    }
  }

  // What the service decides.

  /** Returns whether it gave up since this was last asked. */
  boolean pollGaveUp() {
    return transitions.pollGaveUp();
  }

  /** Returns after what it is to be retried, where that is not decided yet. */
  Optional<Cause> pollRestart() {
    Optional<Cause> taken = restartCause;
    restartCause = Optional.empty();
    return taken;
  }

  /** Is not retried after all. */
  void fail(Cause cause) {
    transitions.enterFailed(cause);
  }

  void scheduleRestart(Duration delay, Cause cause) {
    transitions.scheduleRestart(delay, cause);
  }

  /** Waits, after its own failure, for those with which it is to be restarted. */
  void awaitGroup(Cause cause) {
    transitions.enterBackoff(cause);
  }

  /** Is restarted with another that failed. */
  void joinGroup(Cause siblingCause) {
    switch (current().state()) {
      case STARTING, RUNNING ->
          transitions.beginStop(StopPlan.of(AfterStop.JOIN_GROUP, siblingCause), false);
      case BACKOFF -> transitions.enterBackoff(current().cause());
      case INACTIVE, BLOCKED, STOPPING, EXITED, FAILED -> {} // Not up, or decided once gone.
    }
  }

  /** Is given up with another of its service. */
  void giveUpWithSibling(Cause cause) {
    switch (current().state()) {
      case STARTING, RUNNING -> transitions.beginStop(StopPlan.of(AfterStop.FAIL, cause), false);
      case BLOCKED, BACKOFF -> transitions.enterFailed(cause);
      case STOPPING -> {
        if (current().desiredUp()) {
          transitions.changeStopPlan(StopPlan.of(AfterStop.FAIL, cause));
        }
      }
      case INACTIVE, EXITED, FAILED -> {} // Nothing to give up.
    }
  }

  /** Returns whether those with which it is restarted have to wait for it to be gone. */
  boolean blocksGroupRestart() {
    return current().isStoppingTo(AfterStop.JOIN_GROUP)
        || current().isStoppingTo(AfterStop.APPLY_RESTART_POLICY);
  }
}
