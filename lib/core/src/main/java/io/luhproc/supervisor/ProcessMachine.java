package io.luhproc.supervisor;

import io.luhproc.supervisor.Plan.Then;
import io.luhproc.time.DurationAndSizeFormat;
import java.time.Duration;
import java.util.Optional;

/**
 * Decides about one process during one step: a table with a method for each input, and in it a line
 * for each state. What concerns its whole service, a retry and a giving-up, it only remarks, and
 * {@link ServiceMachine} decides on it within the same step.
 */
final class ProcessMachine {
  private final ProcessMoves moves;
  private Optional<Cause> retryAfter = Optional.empty();

  ProcessMachine(ProcessMoves moves) {
    this.moves = moves;
  }

  ProcessLife life() {
    return moves.life();
  }

  int index() {
    return moves.index();
  }

  LifeRules rules() {
    return moves.rules();
  }

  // What people want.

  void start(Cause cause) {
    switch (life().state()) {
      case INACTIVE, BLOCKED, BACKOFF, EXITED -> moves.launch(cause);
      case FAILED -> {
        if (life().is(Presence.STUCK)) {
          moves.sweep(Plan.of(Then.LAUNCH, cause));
        } else {
          moves.launch(cause);
        }
      }
      case STOPPING -> moves.replan(Plan.of(Then.LAUNCH, cause));
      case STARTING, RUNNING -> {
        return; // It is up, and its retries go on to count.
      }
    }
    moves.countRetries(0);
  }

  void restart(Cause cause) {
    switch (life().state()) {
      case STARTING, RUNNING -> moves.end(Plan.of(Then.LAUNCH, cause), false);
      case INACTIVE, BLOCKED, BACKOFF, STOPPING, EXITED, FAILED -> start(cause);
    }
    moves.countRetries(0);
  }

  void stop(Cause cause, boolean kill) {
    Plan rest = Plan.of(Then.REST, cause);
    switch (life().state()) {
      case INACTIVE -> {} // It is down.
      case BLOCKED, BACKOFF, EXITED -> moves.rest(cause);
      case FAILED -> {
        if (life().is(Presence.STUCK)) {
          moves.endTree(rest, kill);
        } else {
          moves.rest(cause);
        }
      }
      case STARTING, RUNNING -> moves.end(rest, kill);
      case STOPPING -> {
        moves.replan(rest);
        if (kill) {
          moves.hurry();
        }
      }
    }
  }

  // What happened.

  void launched() {
    if (!life().is(Presence.LAUNCHING)) {
      return; // Its exit was told first.
    }
    switch (life().state()) {
      case STARTING -> moves.watch();
      case STOPPING -> moves.endTree(plan(), life().run().killAtOnce());
      case INACTIVE, BLOCKED, RUNNING, BACKOFF, EXITED, FAILED -> {} // None is in flight.
    }
  }

  /**
   * Could not be launched: a failure as others are, but for one that lasts. Whoever asked for a
   * start hears of that at once, and retries are of no use. What ran before is retried all the
   * same: its program may be missing only while it is being replaced.
   */
  void launchFailed(String why, boolean passing) {
    if (!life().is(Presence.LAUNCHING)) {
      return;
    }
    switch (life().state()) {
      case STARTING -> {
        Plan failure = Plan.judge(Cause.Kind.START_FAILED, why);
        if (passing || life().retries() > 0) {
          judge(failure);
        } else {
          moves.giveUp(failure.cause());
        }
      }
      case STOPPING -> carryOut(plan().told(why));
      case INACTIVE, BLOCKED, RUNNING, BACKOFF, EXITED, FAILED -> {} // None is in flight.
    }
  }

  void exited(Plan judgement) {
    switch (life().state()) {
      case STARTING, RUNNING -> moves.sweep(judgement);
      case STOPPING -> {
        // Otherwise it is being ended already, and its tree will be told to be gone.
        if (life().is(Presence.LAUNCHING)) {
          moves.sweep(plan());
        }
      }
      case INACTIVE, BLOCKED, BACKOFF, EXITED, FAILED -> {} // Its tree is gone, or stuck.
    }
  }

  void treeGone() {
    switch (life().state()) {
      case STOPPING -> {
        if (life().is(Presence.GOING)) {
          carryOut(plan());
        }
      }
      case FAILED -> {
        if (life().wanted()) {
          moves.fail(life().cause());
        } else {
          moves.rest(life().cause());
        }
      }
      case INACTIVE, BLOCKED, STARTING, RUNNING, BACKOFF, EXITED -> {} // Told before.
    }
  }

  void treeStuck(String survivors) {
    switch (life().state()) {
      case STOPPING -> {
        if (life().is(Presence.GOING)) {
          moves.stick(survivors);
        }
      }
      case INACTIVE, BLOCKED, STARTING, RUNNING, BACKOFF, EXITED, FAILED -> {} // Told before.
    }
  }

  void healthy() {
    switch (life().state()) {
      case STARTING -> {
        if (life().is(Presence.LIVING) && rules().awaitsHealth()) {
          moves.run();
        }
      }
      case RUNNING -> moves.flagUnhealthy(false);
      case INACTIVE, BLOCKED, BACKOFF, STOPPING, EXITED, FAILED -> {} // A late result.
    }
  }

  void unhealthy(String detail) {
    switch (life().state()) {
      case STARTING, RUNNING -> {
        if (rules().restartWhenUnhealthy()) {
          moves.end(Plan.judge(Cause.Kind.UNHEALTHY, detail), false);
        } else {
          moves.flagUnhealthy(true);
        }
      }
      case INACTIVE, BLOCKED, BACKOFF, STOPPING, EXITED, FAILED -> {} // A late result.
    }
  }

  void memoryExceeded(String detail) {
    switch (life().state()) {
      case STARTING, RUNNING -> moves.end(Plan.judge(Cause.Kind.MEMORY_LIMIT, detail), false);
      case INACTIVE, BLOCKED, BACKOFF, STOPPING, EXITED, FAILED -> {} // A late result.
    }
  }

  void timerFired(LifeTimer timer) {
    if (!life().timer().equals(Optional.of(timer))) {
      return;
    }
    moves.spendTimer();
    switch (timer.purpose()) {
      case START_TIMEOUT -> moves.end(startTimeout(), false);
      case SETTLE -> moves.run();
      case BACKOFF -> moves.launch(life().cause());
    }
  }

  private Plan startTimeout() {
    String limit = DurationAndSizeFormat.format(rules().startTimeout());
    return Plan.judge(Cause.Kind.START_TIMEOUT, "was not up within " + limit);
  }

  void adopt(long generation) {
    if (generation <= life().generation()) {
      return;
    }
    switch (life().state()) {
      case INACTIVE, BLOCKED, BACKOFF, EXITED -> moves.adopt(generation);
      case FAILED -> {
        if (life().is(Presence.NONE)) {
          moves.adopt(generation);
        }
      }
      case STARTING, RUNNING, STOPPING -> {} // One of our own lives.
    }
  }

  void gateMoved() {
    switch (life().state()) {
      case BLOCKED -> moves.launch(Cause.wanted("what it waited for is there"));
      case INACTIVE, STARTING, RUNNING, BACKOFF, STOPPING, EXITED, FAILED -> {} // Not at the gate.
    }
  }

  // Once nothing of it lives.

  private Plan plan() {
    return life().plan().orElseThrow();
  }

  private void carryOut(Plan plan) {
    switch (plan.then()) {
      case REST -> moves.rest(plan.cause());
      case LAUNCH -> moves.launch(plan.cause());
      case JUDGE -> judge(plan);
      case REGROUP -> moves.pause(plan.cause());
      case FAIL -> moves.fail(plan.cause());
    }
  }

  private void judge(Plan plan) {
    switch (rules().verdict(plan.cause(), plan.exitCode())) {
      case DONE -> moves.exit(plan.cause());
      case GIVE_UP -> moves.giveUp(LifeRules.givenUp(plan.cause(), plan.exitCode()));
      case RETRY -> retry(plan.cause());
    }
  }

  private void retry(Cause last) {
    int most = rules().restart().maxRetries();
    if (life().retries() >= most) {
      String detail = most + (most == 1 ? " retry" : " retries") + ", last: " + last.detail();
      moves.giveUp(new Cause(Cause.Kind.RETRIES_EXHAUSTED, detail));
    } else {
      moves.countRetries(life().retries() + 1);
      retryAfter = Optional.of(last);
    }
  }

  // What the service decides.

  /** Returns whether it gave up since this was last asked. */
  boolean takeGaveUp() {
    return moves.takeGaveUp();
  }

  /** Returns after what it is to be retried, where that is not decided yet. */
  Optional<Cause> takeRetry() {
    Optional<Cause> taken = retryAfter;
    retryAfter = Optional.empty();
    return taken;
  }

  /** Is not retried after all. */
  void fail(Cause cause) {
    moves.fail(cause);
  }

  void backOff(Duration delay, Cause cause) {
    moves.backOff(delay, cause);
  }

  /** Waits, after its own failure, for those with which it is to be restarted. */
  void awaitGroup(Cause cause) {
    moves.pause(cause);
  }

  /** Is restarted with another that failed. */
  void joinGroup(Cause peer) {
    switch (life().state()) {
      case STARTING, RUNNING -> moves.end(Plan.of(Then.REGROUP, peer), false);
      case BACKOFF -> moves.pause(life().cause());
      case INACTIVE, BLOCKED, STOPPING, EXITED, FAILED -> {} // Not up, or decided once gone.
    }
  }

  /** Is given up with another of its service. */
  void giveUpWith(Cause cause) {
    switch (life().state()) {
      case STARTING, RUNNING -> moves.end(Plan.of(Then.FAIL, cause), false);
      case BLOCKED, BACKOFF -> moves.fail(cause);
      case STOPPING -> {
        if (life().wanted()) {
          moves.replan(Plan.of(Then.FAIL, cause));
        }
      }
      case INACTIVE, EXITED, FAILED -> {} // Nothing to give up.
    }
  }

  /** Returns whether those with which it is restarted have to wait for it to be gone. */
  boolean holdsGroupUp() {
    return life().plans(Then.REGROUP) || life().plans(Then.JUDGE);
  }
}
