package io.luhproc.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.supervisor.Plan.Then;
import java.util.Optional;

/** What holds of every step, whatever it was; replays its actions for each process. */
final class Invariants {
  private final LifeRules rules;
  private final ProcessLife before;
  private final ProcessLife after;
  private final GateState gate;
  private final Input input;

  private Optional<LifeTimer> timer;
  private boolean checked;
  private ProcessState told;
  private int launches;
  private int ends;

  private Invariants(LifeRules rules, ServiceLife old, Step step, int process, Input input) {
    this.rules = rules;
    this.before = old.processes().get(process);
    this.after = step.life().processes().get(process);
    this.gate = step.life().gate();
    this.input = input;
    this.timer = before.timer();
    this.checked = isChecked(before);
    this.told = before.state();
  }

  static void check(ServiceRules rules, ServiceLife before, Input input, Step step) {
    for (int index = 0; index < rules.processes().size(); index++) {
      int process = index;
      LifeRules its = rules.processes().get(process);
      Invariants invariants = new Invariants(its, before, step, process, input);
      if (input instanceof Input.TimerFired fired
          && fired.process() == process
          && invariants.timer.equals(Optional.of(fired.timer()))) {
        invariants.timer = Optional.empty();
      }
      step.actions().stream().filter(it -> it.process() == process).forEach(invariants::replay);
      invariants.checkEnd();
    }
    checkGroup(step.life());
  }

  private void replay(Action action) {
    if (action instanceof Action.Launch it) {
      assertThat(it.generation()).isEqualTo(before.generation() + 1);
      assertThat(isGone()).as("is gone before it is launched").isTrue();
      assertThat(after.wanted()).as("wanted, being launched").isTrue();
      assertThat(gate).isInstanceOf(GateState.Open.class);
      launches++;
    } else if (action instanceof Action.StopTree it) {
      assertThat(it.generation()).isEqualTo(before.generation());
      ends++;
    } else if (action instanceof Action.SweepTree it) {
      assertThat(it.generation()).isEqualTo(before.generation());
      ends++;
    } else if (action instanceof Action.Arm it) {
      assertThat(timer).as("armed before another").isEmpty();
      assertThat(it.delay()).isPositive();
      if (it.timer().purpose() == LifeTimer.Purpose.BACKOFF) {
        assertThat(it.delay()).isLessThanOrEqualTo(rules.restart().maxDelay());
      }
      timer = Optional.of(it.timer());
    } else if (action instanceof Action.Disarm it) {
      assertThat(timer).contains(it.timer());
      timer = Optional.empty();
    } else if (action instanceof Action.BeginHealth) {
      assertThat(checked).isFalse();
      checked = true;
    } else if (action instanceof Action.EndHealth) {
      assertThat(checked).isTrue();
      checked = false;
    } else if (action instanceof Action.Changed it) {
      assertThat(it.from()).isEqualTo(told);
      assertThat(it.to()).isNotEqualTo(it.from());
      told = it.to();
    }
  }

  private boolean isGone() {
    return switch (before.run().presence()) {
      case NONE -> true;
      case LAUNCHING -> input instanceof Input.LaunchFailed;
      case GOING -> input instanceof Input.TreeGone;
      case LIVING, STUCK -> false;
    };
  }

  private void checkEnd() {
    assertThat(after.timer()).isEqualTo(timer);
    assertThat(checked).as("has a running check").isEqualTo(isChecked(after));
    assertThat(after.state()).as("the state told last").isEqualTo(told);
    assertThat(launches).as("launches").isLessThanOrEqualTo(1);
    if (launches == 1) {
      assertThat(after.is(Presence.LAUNCHING)).isTrue();
      assertThat(after.state()).isEqualTo(ProcessState.STARTING);
    } else if (!(input instanceof Input.Adopted)) {
      assertThat(after.generation()).isEqualTo(before.generation());
    }
    if (after.is(Presence.GOING) && !before.is(Presence.GOING)) {
      assertThat(ends).as("orders to end it").isEqualTo(1);
    }
    boolean kills = input instanceof Input.Kill;
    if (before.is(Presence.GOING) && !kills) {
      assertThat(ends).as("orders to end it again").isZero();
    }
    assertThat(after.retries()).isBetween(0, rules.restart().maxRetries());
  }

  private boolean isChecked(ProcessLife life) {
    boolean up = life.state() == ProcessState.STARTING || life.state() == ProcessState.RUNNING;
    return rules.awaitsHealth() && up && life.is(Presence.LIVING);
  }

  /** Nobody waits for a group that is not there, and no group for nobody. */
  private static void checkGroup(ServiceLife life) {
    boolean someWait = life.processes().stream().anyMatch(ProcessLife::awaitsGroup);
    boolean someGo =
        life.processes().stream().anyMatch(it -> it.plans(Then.REGROUP) || it.plans(Then.JUDGE));
    boolean someRegroup = life.processes().stream().anyMatch(it -> it.plans(Then.REGROUP));
    if (someWait || someRegroup) {
      assertThat(life.group()).as("the group of those that wait").isPresent();
    }
    if (life.group().isPresent()) {
      assertThat(someGo).as("the group waits for one that goes").isTrue();
    }
  }
}
