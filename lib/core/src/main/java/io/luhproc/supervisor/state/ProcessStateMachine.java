package io.luhproc.supervisor.state;

import io.luhproc.health.HealthPolicy;
import io.luhproc.service.Cause;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.RestartStrategy;
import io.luhproc.supervisor.state.ProcessFsmState.LaunchFlag;
import io.luhproc.supervisor.state.ProcessFsmState.OsState;
import io.luhproc.supervisor.state.ProcessFsmState.StateTimer;
import io.luhproc.supervisor.state.ProcessFsmState.StopPlan;
import io.luhproc.supervisor.state.ProcessFsmState.StopPlan.AfterStop;
import io.luhproc.time.DurationAndSizeFormat;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The transition table of one process: a method for each event, and a line for each state. Restarts
 * and failures may affect the whole service. They are only recorded here, and {@link
 * ServiceStateMachine} decides on them in the same step.
 */
final class ProcessStateMachine {
  private static final String WAS_DESIRED_UP =
      "its desired state was up when a former supervisor ended";
  private static final String WAS_STOPPING = "it was being stopped";

  private static final String LEFT_FOREGROUND =
      "it left the foreground, and the processes that it left were stopped; run it with its option"
          + " for the foreground, or it cannot be supervised";
  // Includes the stop of what it left.
  private static final Duration DAEMON_EXIT_WINDOW = Duration.ofSeconds(15);

  private final ProcessTransitions transitions;
  private Optional<Cause> restartCause = Optional.empty();

  ProcessStateMachine(ProcessFsmState current, Transition.Context context) {
    this.transitions = new ProcessTransitions(current, context);
  }

  ProcessFsmState current() {
    return transitions.current();
  }

  String name() {
    return current().name();
  }

  ProcessSpec spec() {
    return current().instance().spec();
  }

  // Requests.

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
        return; // Already up: keeps its number of retries.
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
    StopPlan stayDown = StopPlan.of(AfterStop.STAY_DOWN, cause);
    switch (current().state()) {
      case INACTIVE -> {} // Already down.
      case BLOCKED, BACKOFF, EXITED -> transitions.enterInactive(cause);
      case FAILED -> {
        if (current().is(OsState.UNKILLABLE)) {
          transitions.stopTree(stayDown, kill);
        } else {
          transitions.enterInactive(cause);
        }
      }
      case STARTING, RUNNING -> transitions.beginStop(stayDown, kill);
      case STOPPING -> {
        transitions.changeStopPlan(stayDown);
        if (kill) {
          transitions.escalateToKill();
        }
      }
    }
  }

  // Observed changes.

  void launched() {
    if (!current().is(OsState.SPAWNING)) {
      return; // Its exit was reported first.
    }
    switch (current().state()) {
      case STARTING -> transitions.awaitReady();
      case STOPPING ->
          transitions.stopTree(stopPlan(), current().incarnation().is(LaunchFlag.KILL_AT_ONCE));
      case INACTIVE, BLOCKED, RUNNING, BACKOFF, EXITED, FAILED -> {} // No launch is pending.
    }
  }

  /**
   * Handles a failed launch. The restart policy applies to temporary failures. A permanent failure
   * fails a requested start at once, because retries are useless. A restart is retried even then,
   * because the program may be missing only while it is being replaced.
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
      case INACTIVE, BLOCKED, RUNNING, BACKOFF, EXITED, FAILED -> {} // No launch is pending.
    }
  }

  void exited(StopPlan stopPlan) {
    switch (current().state()) {
      case STARTING, RUNNING -> {
        transitions.setExitCode(stopPlan.exitCode());
        transitions.stopLeftovers(ProcessPolicy.judgeExit(current(), stopPlan));
      }
      case STOPPING -> {
        transitions.setExitCode(stopPlan.exitCode());
        // Otherwise its tree is already being stopped, and that stop reports its own result.
        if (current().is(OsState.SPAWNING)) {
          transitions.stopLeftovers(stopPlan());
        }
      }
      case INACTIVE, BLOCKED, BACKOFF, EXITED, FAILED -> {} // Its tree is gone, or unkillable.
    }
  }

  void treeTerminated(boolean found) {
    switch (current().state()) {
      case STOPPING -> {
        if (current().is(OsState.TERMINATING)) {
          afterStopped(found ? explainDaemon(stopPlan()) : stopPlan());
        }
      }
      case FAILED -> {
        if (current().is(OsState.UNKILLABLE)) {
          afterLateStop(stopPlan());
        }
      }
      case INACTIVE, BLOCKED, STARTING, RUNNING, BACKOFF, EXITED -> {} // Already reported.
    }
  }

  void treeUnkillable(String survivors) {
    switch (current().state()) {
      case STOPPING -> {
        if (current().is(OsState.TERMINATING)) {
          transitions.enterUnkillable(survivors);
        }
      }
      case FAILED -> {
        if (current().is(OsState.UNKILLABLE)) {
          transitions.scheduleStopRetry(survivors);
        }
      }
      case INACTIVE, BLOCKED, STARTING, RUNNING, BACKOFF, EXITED -> {} // Already reported.
    }
  }

  /** Handles its report that it is ready, which may arrive before that of the launch. */
  void ready() {
    switch (current().state()) {
      case STARTING -> {
        boolean first = !current().isReady();
        transitions.setReady();
        if (first && current().is(OsState.ALIVE)) {
          transitions.awaitReady();
        }
      }
      case INACTIVE, BLOCKED, RUNNING, BACKOFF, STOPPING, EXITED, FAILED -> {} // A late report.
    }
  }

  void startTimeoutExtended(Duration fromNow) {
    switch (current().state()) {
      case STARTING -> transitions.extendStartTimeout(fromNow);
      case INACTIVE, BLOCKED, RUNNING, BACKOFF, STOPPING, EXITED, FAILED -> {} // Not starting.
    }
  }

  void leaving() {
    switch (current().state()) {
      case STARTING, RUNNING -> transitions.setLeaving();
      case INACTIVE, BLOCKED, BACKOFF, STOPPING, EXITED, FAILED -> {} // A late report.
    }
  }

  void healthy() {
    switch (current().state()) {
      case STARTING -> {
        if (current().is(OsState.ALIVE) && current().isReady() && transitions.hasHealthCheck()) {
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
        if (spec().health().filter(HealthPolicy::restartWhenUnhealthy).isPresent()) {
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
      case START_TIMEOUT -> {
        if (current().incarnation().paused()) {
          transitions.restartStartTimeout();
        } else {
          transitions.beginStop(startTimeoutPlan(), false);
        }
      }
      case MIN_READY -> transitions.enterRunning();
      case BACKOFF -> transitions.relaunch(current().cause());
      case RETRY_STOP -> transitions.retryStop();
    }
  }

  private StopPlan startTimeoutPlan() {
    String limit = DurationAndSizeFormat.format(spec().start().timeout());
    String awaits = current().awaits().map(it -> "; it waited for " + it).orElse("");
    return StopPlan.failure(Cause.Kind.START_TIMEOUT, "was not up within " + limit + awaits);
  }

  void setPaused(boolean paused) {
    switch (current().state()) {
      case STARTING, RUNNING -> {
        if (current().is(OsState.ALIVE)) {
          transitions.setPaused(paused);
        }
      }
      case INACTIVE, BLOCKED, BACKOFF, STOPPING, EXITED, FAILED -> {} // A late result.
    }
  }

  /** Recovers what a former supervisor left, unless this supervisor has launched the process. */
  void recover(RecoveredProcess recovered) {
    switch (current().state()) {
      case INACTIVE, BLOCKED, BACKOFF, EXITED -> takeOver(recovered);
      case FAILED -> {
        if (current().is(OsState.ABSENT)) {
          takeOver(recovered);
        }
      }
      case STARTING, RUNNING, STOPPING -> {} // A process of this supervisor is alive.
    }
  }

  private void takeOver(RecoveredProcess recovered) {
    boolean up = recovered.desiredUp();
    Cause cause = Cause.requested(up ? WAS_DESIRED_UP : WAS_STOPPING);
    AfterStop then = up ? AfterStop.START : AfterStop.STAY_DOWN;
    switch (recovered.trace()) {
      case ALIVE -> {
        transitions.adopt(recovered);
        if (!up) {
          stop(cause, false);
        }
      }
      case LAUNCHED -> {
        if (up) {
          transitions.adoptExited(recovered.exitPlan());
        }
      }
      case LEFTOVERS -> transitions.adoptLeftovers(StopPlan.of(then, cause));
      case NONE -> {
        if (up) {
          start(cause);
        }
      }
    }
  }

  /** Replaces the spec, and restarts the process if that is needed and its desired state is up. */
  void changeSpec(ProcessInstance instance, boolean restart) {
    transitions.changeSpec(instance);
    if (restart && current().desiredUp()) {
      restart(Cause.requested("its service was updated"));
    }
  }

  void dependenciesChanged() {
    switch (current().state()) {
      case BLOCKED -> transitions.launch(Cause.requested("its dependencies are up"));
      case INACTIVE, STARTING, RUNNING, BACKOFF, STOPPING, EXITED, FAILED -> {} // Not waiting.
    }
  }

  // After the tree is gone.

  private StopPlan stopPlan() {
    return current().stopPlan().orElseThrow();
  }

  /** Explains an exit with success, soon after the launch, that left other processes running. */
  private StopPlan explainDaemon(StopPlan stopPlan) {
    boolean early = transitions.runningTime().compareTo(DAEMON_EXIT_WINDOW) < 0;
    return early
            && stopPlan.afterStop() == AfterStop.APPLY_RESTART_POLICY
            && stopPlan.exitCode().equals(OptionalInt.of(0))
        ? stopPlan.withDetail(LEFT_FOREGROUND)
        : stopPlan;
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

  /**
   * Continues after a tree that survived SIGKILL is gone. Siblings that belong to its restart group
   * were given up with it, so it stays failed with them.
   */
  private void afterLateStop(StopPlan stopPlan) {
    boolean alone = current().instance().service().strategy() == RestartStrategy.ONE_FOR_ONE;
    switch (stopPlan.afterStop()) {
      case STAY_DOWN, START, FAIL -> afterStopped(stopPlan);
      case APPLY_RESTART_POLICY -> {
        if (alone) {
          applyRestartPolicy(stopPlan);
        } else {
          transitions.enterFailed(stopPlan.cause());
        }
      }
      case JOIN_GROUP -> transitions.enterFailed(stopPlan.cause());
    }
  }

  private void applyRestartPolicy(StopPlan stopPlan) {
    switch (ProcessPolicy.decideRestart(spec(), stopPlan.cause(), stopPlan.exitCode())) {
      case COMPLETE -> transitions.enterExited(stopPlan.cause());
      case FAIL ->
          transitions.giveUp(ProcessPolicy.failureCause(stopPlan.cause(), stopPlan.exitCode()));
      case RESTART -> requestRestart(stopPlan.cause());
    }
  }

  private void requestRestart(Cause last) {
    int maxRetries = spec().restart().maxRetries();
    if (current().retries() >= maxRetries) {
      String detail =
          maxRetries + (maxRetries == 1 ? " retry" : " retries") + ", last: " + last.detail();
      transitions.giveUp(new Cause(Cause.Kind.RETRIES_EXHAUSTED, detail));
    } else {
      transitions.setRetries(current().retries() + 1);
      restartCause = Optional.of(last);
    }
  }

  // Decisions of the service.

  /** Returns whether it gave up since the last call. */
  boolean pollGaveUp() {
    return transitions.pollGaveUp();
  }

  /** Returns and clears the cause of a restart that the service has not decided on yet. */
  Optional<Cause> pollRestart() {
    Optional<Cause> taken = restartCause;
    restartCause = Optional.empty();
    return taken;
  }

  /** Enters FAILED instead of being restarted. */
  void fail(Cause cause) {
    transitions.enterFailed(cause);
  }

  void scheduleRestart(Duration delay, Cause cause) {
    transitions.scheduleRestart(delay, cause);
  }

  /** Waits, after its own failure, for the other processes of its restart group. */
  void awaitGroup(Cause cause) {
    transitions.enterBackoff(cause);
  }

  /** Joins the restart group of a sibling that failed. */
  void joinGroup(Cause siblingCause) {
    switch (current().state()) {
      case STARTING, RUNNING ->
          transitions.beginStop(StopPlan.of(AfterStop.JOIN_GROUP, siblingCause), false);
      case BACKOFF -> transitions.enterBackoff(current().cause());
      case INACTIVE, BLOCKED, STOPPING, EXITED, FAILED -> {} // Not up, or decided after the stop.
    }
  }

  /** Fails together with a sibling. */
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

  /** Returns whether its restart group must wait for its stop. */
  boolean blocksGroupRestart() {
    return current().isStoppingTo(AfterStop.JOIN_GROUP)
        || current().isStoppingTo(AfterStop.APPLY_RESTART_POLICY);
  }
}
