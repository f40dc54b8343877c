package io.luhproc.supervisor;

import io.luhproc.supervisor.LifeTimer.Purpose;
import java.time.Duration;
import java.util.Optional;

/**
 * The moves of one process from state to state during one step, each with the actions that belong
 * to it: so that whoever leaves a state leaves no timer and no health check behind.
 */
final class ProcessMoves {
  private final int index;
  private final LifeRules rules;
  private final Moment moment;
  private ProcessLife life;
  private boolean gaveUp;

  ProcessMoves(int index, LifeRules rules, ProcessLife life, Moment moment) {
    this.index = index;
    this.rules = rules;
    this.life = life;
    this.moment = moment;
  }

  int index() {
    return index;
  }

  LifeRules rules() {
    return rules;
  }

  ProcessLife life() {
    return life;
  }

  /** Returns whether it gave up since this was last asked. */
  boolean takeGaveUp() {
    boolean taken = gaveUp;
    gaveUp = false;
    return taken;
  }

  void countRetries(int count) {
    life = life.retries(count);
  }

  // Up.

  /** Launches it as far as the gate lets it. */
  void launch(Cause cause) {
    moment.gate().admit(this, cause);
  }

  void launchNow(Cause cause) {
    long generation = life.generation() + 1;
    become(ProcessState.STARTING, cause, Run.launch(generation, Presence.LAUNCHING));
    moment.act(new Action.Launch(index, generation));
    arm(Purpose.START_TIMEOUT, rules.startTimeout());
  }

  void block(Cause cause) {
    become(ProcessState.BLOCKED, cause, Presence.NONE);
  }

  void adopt(long generation) {
    Cause cause = Cause.wanted("adopted from a former supervisor");
    become(ProcessState.STARTING, cause, Run.launch(generation, Presence.LIVING));
    if (rules.awaitsHealth()) {
      arm(Purpose.START_TIMEOUT, rules.startTimeout());
      moment.act(new Action.BeginHealth(index, generation));
    } else {
      run();
    }
  }

  /** It has been launched: waits until it is well. */
  void watch() {
    life = life.run(life.run().presence(Presence.LIVING));
    if (rules.awaitsHealth()) {
      moment.act(new Action.BeginHealth(index, life.generation()));
    } else if (rules.settle().isZero()) {
      run();
    } else {
      disarm();
      arm(Purpose.SETTLE, rules.settle());
    }
  }

  void run() {
    become(ProcessState.RUNNING, life.cause(), life.run().since(moment.now()));
  }

  void flagUnhealthy(boolean flag) {
    life = life.run(life.run().unhealthy(flag));
  }

  // Going.

  /** Ends what is up or being launched; the latter as soon as there is somebody to end. */
  void end(Plan plan, boolean kill) {
    if (life.is(Presence.LAUNCHING)) {
      stopping(plan, life.run().killAtOnce(kill));
    } else {
      endTree(plan, kill);
    }
  }

  void endTree(Plan plan, boolean kill) {
    stopping(plan, life.run().presence(Presence.GOING));
    moment.act(new Action.StopTree(index, life.generation(), kill));
  }

  void sweep(Plan plan) {
    stopping(plan, life.run().presence(Presence.GOING));
    moment.act(new Action.SweepTree(index, life.generation()));
  }

  /** Changes what is to be done once it is gone. */
  void replan(Plan plan) {
    stopping(plan, life.run());
  }

  /** Is ended without grace, where it was being ended with it. */
  void hurry() {
    life = life.run(life.run().killAtOnce(true));
    if (life.is(Presence.GOING)) {
      moment.act(new Action.StopTree(index, life.generation(), true));
    }
  }

  // Gone.

  void rest(Cause cause) {
    // Whoever starts it again begins to count anew.
    countRetries(0);
    become(ProcessState.INACTIVE, cause, Presence.NONE);
  }

  void exit(Cause cause) {
    become(ProcessState.EXITED, cause, Presence.NONE);
  }

  void pause(Cause cause) {
    become(ProcessState.BACKOFF, cause, Presence.NONE);
  }

  /** Waits before the next launch, or launches at once where there is nothing to wait. */
  void backOff(Duration delay, Cause cause) {
    pause(cause);
    if (delay.isZero()) {
      launch(cause);
    } else {
      arm(Purpose.BACKOFF, delay);
    }
  }

  /** Gives up on its own account, which may concern others of its service. */
  void giveUp(Cause cause) {
    fail(cause);
    gaveUp = true;
  }

  void fail(Cause cause) {
    become(ProcessState.FAILED, cause, Presence.NONE);
  }

  /** Cannot be ended; of one that is not wanted this concerns nobody else. */
  void stick(String survivors) {
    become(ProcessState.FAILED, new Cause(Cause.Kind.STOP_FAILED, survivors), Presence.STUCK);
    gaveUp = life.wanted();
  }

  // The parts of all moves.

  private void become(ProcessState next, Cause cause, Presence presence) {
    become(next, cause, life.run().presence(presence));
  }

  private void become(ProcessState next, Cause cause, Run run) {
    ProcessLife before = life;
    leave(isUp(next));
    life = life.moved(next, cause, run);
    tell(before.state());
  }

  private void stopping(Plan plan, Run run) {
    ProcessLife before = life;
    leave(false);
    life = life.stopping(plan, run);
    tell(before.state());
  }

  private void tell(ProcessState from) {
    if (life.state() != from) {
      moment.act(new Action.Changed(index, from, life.state(), life.cause()));
    }
  }

  private void leave(boolean staysUp) {
    disarm();
    if (staysUp || !isUp(life.state())) {
      return;
    }
    if (rules.awaitsHealth() && life.is(Presence.LIVING)) {
      moment.act(new Action.EndHealth(index, life.generation()));
    }
    if (wasStable()) {
      life = life.retries(0);
    }
  }

  private static boolean isUp(ProcessState state) {
    return state == ProcessState.STARTING || state == ProcessState.RUNNING;
  }

  private boolean wasStable() {
    Duration ran = moment.now().minus(life.run().since());
    return life.state() == ProcessState.RUNNING && ran.compareTo(rules.restart().resetAfter()) >= 0;
  }

  /** Arms a timer; one of zero stands for no limit. */
  private void arm(Purpose purpose, Duration delay) {
    if (!delay.isZero()) {
      LifeTimer timer = new LifeTimer(purpose, life.generation(), moment.now().plus(delay));
      life = life.timer(Optional.of(timer));
      moment.act(new Action.Arm(index, timer, delay));
    }
  }

  private void disarm() {
    life.timer().ifPresent(timer -> moment.act(new Action.Disarm(index, timer)));
    life = life.timer(Optional.empty());
  }

  /** Forgets a timer that has fired. */
  void spendTimer() {
    life = life.timer(Optional.empty());
  }
}
