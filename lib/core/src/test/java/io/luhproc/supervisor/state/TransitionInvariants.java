package io.luhproc.supervisor.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.supervisor.state.ProcessFsmState.LaunchFlag;
import io.luhproc.supervisor.state.ProcessFsmState.OsState;
import io.luhproc.supervisor.state.ProcessFsmState.StateTimer;
import io.luhproc.supervisor.state.ProcessFsmState.StopPlan.AfterStop;
import java.util.List;
import java.util.Optional;

/** The invariants of every step; replays its effects for each process. */
final class TransitionInvariants {
  private final ProcessSpec policy;
  private final ProcessFsmState before;
  private final ProcessFsmState after;
  private final DependencyState dependencies;
  private final FsmEvent event;

  private Optional<StateTimer> timer;
  private boolean healthChecked;
  private ProcessState announcedState;
  private int launches;
  private int stops;
  private int cancels;

  private TransitionInvariants(
      ProcessFsmState before, ProcessFsmState after, DependencyState dependencies, FsmEvent event) {
    this.policy = after.instance().spec();
    this.before = before;
    this.after = after;
    this.dependencies = dependencies;
    this.event = event;
    this.timer = before.timer();
    this.healthChecked = isHealthChecked(before);
    this.announcedState = before.state();
  }

  /** Checks all processes that were in the service before and are in it after the step. */
  static void check(ServiceFsmState before, FsmEvent event, Transition transition) {
    ServiceFsmState next = transition.next();
    for (ProcessFsmState process : before.processes()) {
      next.process(process.name())
          .ifPresent(
              after ->
                  new TransitionInvariants(process, after, next.dependencies(), event)
                      .check(transition.effects()));
    }
    checkGroup(next);
  }

  private void check(List<Effect> effects) {
    if (event instanceof FsmEvent.TimerFired fired
        && fired.process().equals(before.name())
        && timer.equals(Optional.of(fired.timer()))) {
      timer = Optional.empty();
    }
    for (Effect effect : effects) {
      if (effect instanceof Effect.OnProcess it && it.process().equals(before.name())) {
        replay(effect);
      }
    }
    checkFinalState();
  }

  private void replay(Effect effect) {
    if (effect instanceof Effect.Launch it) {
      assertThat(it.generation()).isEqualTo(before.generation() + 1);
      assertThat(isTerminated()).as("is gone before it is launched").isTrue();
      assertThat(after.desiredUp()).as("wanted, being launched").isTrue();
      assertThat(dependencies).isInstanceOf(DependencyState.Satisfied.class);
      launches++;
    } else if (effect instanceof Effect.CancelLaunch it) {
      assertThat(after.is(OsState.SPAWNING)).as("a launch is in flight").isTrue();
      assertThat(before.stopPlan().isPresent() && before.incarnation().is(LaunchFlag.KILL_AT_ONCE))
          .as("was cancelled and killed before")
          .isFalse();
      assertThat(before.stopPlan().isEmpty() || it.killAtOnce()).as("is escalated").isTrue();
      cancels++;
    } else if (effect instanceof Effect.StopTree it) {
      assertThat(it.generation()).isEqualTo(after.generation());
      stops++;
    } else if (effect instanceof Effect.StopLeftovers it) {
      assertThat(it.generation()).isEqualTo(after.generation());
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
      case TERMINATING, UNKILLABLE -> event instanceof FsmEvent.TreeTerminated;
      case ALIVE -> false;
    };
  }

  private void checkFinalState() {
    assertThat(after.timer()).isEqualTo(timer);
    assertThat(healthChecked).as("has a running check").isEqualTo(isHealthChecked(after));
    assertThat(after.state()).as("the last reported state").isEqualTo(announcedState);
    assertThat(launches).as("launches").isLessThanOrEqualTo(1);
    if (launches == 1) {
      assertThat(after.is(OsState.SPAWNING)).isTrue();
      assertThat(after.state()).isEqualTo(ProcessState.STARTING);
    } else if (!(event instanceof FsmEvent.Recovered)) {
      assertThat(after.generation()).isEqualTo(before.generation());
    }
    if (after.is(OsState.TERMINATING) && !before.is(OsState.TERMINATING)) {
      assertThat(stops).as("stops").isEqualTo(1);
    }
    boolean beginsStop =
        after.state() == ProcessState.STOPPING && before.state() != ProcessState.STOPPING;
    if (after.is(OsState.SPAWNING)) {
      assertThat(cancels).as("cancels of the launch").isLessThanOrEqualTo(1);
      assertThat(cancels == 1 || !beginsStop).as("cancels the launch").isTrue();
    }
    boolean kills = event instanceof FsmEvent.Kill;
    if (before.is(OsState.TERMINATING) && !kills) {
      assertThat(stops).as("repeated stops").isZero();
    }
    assertThat(after.retries()).isBetween(0, policy.restart().maxRetries());
  }

  private boolean isHealthChecked(ProcessFsmState state) {
    boolean up = state.state() == ProcessState.STARTING || state.state() == ProcessState.RUNNING;
    return state.instance().spec().health().isPresent()
        && up
        && state.is(OsState.ALIVE)
        && state.isReady()
        && !state.incarnation().is(LaunchFlag.LEAVING)
        && !state.incarnation().paused();
  }

  /** Processes wait only for an existing group, and a group only for stopping processes. */
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
