package io.luhproc.supervisor.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.ProcessState;
import io.luhproc.supervisor.state.StopPlan.AfterStop;
import java.util.Optional;

/** What holds of every step, whatever it was; replays its actions for each process. */
final class TransitionInvariants {
  private final ProcessPolicy policy;
  private final ProcessFsmState before;
  private final ProcessFsmState after;
  private final DependencyState dependencies;
  private final FsmEvent event;

  private Optional<StateTimer> timer;
  private boolean healthChecked;
  private ProcessState announcedState;
  private int launches;
  private int stops;

  private TransitionInvariants(
      ProcessPolicy policy,
      ServiceFsmState old,
      Transition transition,
      int process,
      FsmEvent event) {
    this.policy = policy;
    this.before = old.processes().get(process);
    this.after = transition.next().processes().get(process);
    this.dependencies = transition.next().dependencies();
    this.event = event;
    this.timer = before.timer();
    this.healthChecked = isHealthChecked(before);
    this.announcedState = before.state();
  }

  static void check(
      ServicePolicy policy, ServiceFsmState before, FsmEvent event, Transition transition) {
    for (int index = 0; index < policy.processes().size(); index++) {
      int process = index;
      ProcessPolicy processPolicy = policy.processes().get(process);
      TransitionInvariants invariants =
          new TransitionInvariants(processPolicy, before, transition, process, event);
      if (event instanceof FsmEvent.TimerFired fired
          && fired.process() == process
          && invariants.timer.equals(Optional.of(fired.timer()))) {
        invariants.timer = Optional.empty();
      }
      transition.effects().stream()
          .filter(it -> it.process() == process)
          .forEach(invariants::replay);
      invariants.checkFinalState();
    }
    checkGroup(transition.next());
  }

  private void replay(Effect effect) {
    if (effect instanceof Effect.Launch it) {
      assertThat(it.generation()).isEqualTo(before.generation() + 1);
      assertThat(isTerminated()).as("is gone before it is launched").isTrue();
      assertThat(after.desiredUp()).as("wanted, being launched").isTrue();
      assertThat(dependencies).isInstanceOf(DependencyState.Satisfied.class);
      launches++;
    } else if (effect instanceof Effect.StopTree it) {
      assertThat(it.generation()).isEqualTo(before.generation());
      stops++;
    } else if (effect instanceof Effect.StopLeftovers it) {
      assertThat(it.generation()).isEqualTo(before.generation());
      stops++;
    } else if (effect instanceof Effect.ScheduleTimer it) {
      assertThat(timer).as("armed before another").isEmpty();
      assertThat(it.delay()).isPositive();
      if (it.timer().purpose() == StateTimer.Purpose.BACKOFF) {
        assertThat(it.delay()).isLessThanOrEqualTo(policy.restart().maxDelay());
      }
      timer = Optional.of(it.timer());
    } else if (effect instanceof Effect.CancelTimer it) {
      assertThat(timer).contains(it.timer());
      timer = Optional.empty();
    } else if (effect instanceof Effect.StartHealthCheck) {
      assertThat(healthChecked).isFalse();
      healthChecked = true;
    } else if (effect instanceof Effect.StopHealthCheck) {
      assertThat(healthChecked).isTrue();
      healthChecked = false;
    } else if (effect instanceof Effect.StateChanged it) {
      assertThat(it.from()).isEqualTo(announcedState);
      assertThat(it.to()).isNotEqualTo(it.from());
      announcedState = it.to();
    }
  }

  private boolean isTerminated() {
    return switch (before.incarnation().osState()) {
      case ABSENT -> true;
      case SPAWNING -> event instanceof FsmEvent.LaunchFailed;
      case TERMINATING -> event instanceof FsmEvent.TreeTerminated;
      case ALIVE, UNKILLABLE -> false;
    };
  }

  private void checkFinalState() {
    assertThat(after.timer()).isEqualTo(timer);
    assertThat(healthChecked).as("has a running check").isEqualTo(isHealthChecked(after));
    assertThat(after.state()).as("the state told last").isEqualTo(announcedState);
    assertThat(launches).as("launches").isLessThanOrEqualTo(1);
    if (launches == 1) {
      assertThat(after.is(OsState.SPAWNING)).isTrue();
      assertThat(after.state()).isEqualTo(ProcessState.STARTING);
    } else if (!(event instanceof FsmEvent.Adopted)) {
      assertThat(after.generation()).isEqualTo(before.generation());
    }
    if (after.is(OsState.TERMINATING) && !before.is(OsState.TERMINATING)) {
      assertThat(stops).as("orders to end it").isEqualTo(1);
    }
    boolean kills = event instanceof FsmEvent.Kill;
    if (before.is(OsState.TERMINATING) && !kills) {
      assertThat(stops).as("orders to end it again").isZero();
    }
    assertThat(after.retries()).isBetween(0, policy.restart().maxRetries());
  }

  private boolean isHealthChecked(ProcessFsmState state) {
    boolean up = state.state() == ProcessState.STARTING || state.state() == ProcessState.RUNNING;
    return policy.hasHealthCheck() && up && state.is(OsState.ALIVE);
  }

  /** Nobody waits for a group that is not there, and no group for nobody. */
  private static void checkGroup(ServiceFsmState state) {
    boolean someWait = state.processes().stream().anyMatch(ProcessFsmState::awaitsGroup);
    boolean someGo =
        state.processes().stream()
            .anyMatch(
                it ->
                    it.isStoppingTo(AfterStop.JOIN_GROUP)
                        || it.isStoppingTo(AfterStop.APPLY_RESTART_POLICY));
    boolean someRegroup =
        state.processes().stream().anyMatch(it -> it.isStoppingTo(AfterStop.JOIN_GROUP));
    if (someWait || someRegroup) {
      assertThat(state.restartGroup()).as("the group of those that wait").isPresent();
    }
    if (state.restartGroup().isPresent()) {
      assertThat(someGo).as("the group waits for one that goes").isTrue();
    }
  }
}
