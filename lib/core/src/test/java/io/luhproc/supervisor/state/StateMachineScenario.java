package io.luhproc.supervisor.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.Cause;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ServiceSpec;
import io.luhproc.supervisor.state.ProcessFsmState.StateTimer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;

/** Drives one service step by step; checks the invariants after every step. */
final class StateMachineScenario {
  private final ServiceSpec policy;
  private ServiceFsmState current;
  private Duration now = Duration.ofHours(1);
  private double jitter;
  private List<Effect> effects = List.of();

  private StateMachineScenario(ServiceSpec policy, ServiceFsmState current) {
    this.policy = policy;
    this.current = current;
  }

  static StateMachineScenario of(PolicyBuilder policy) {
    return new StateMachineScenario(policy.build(), policy.initial());
  }

  /** Begins with all processes in RUNNING. */
  static StateMachineScenario running(PolicyBuilder policy) {
    StateMachineScenario scenario = of(policy).start();
    for (int process = 0; process < policy.count(); process++) {
      scenario.becomesRunning(process);
    }
    return scenario;
  }

  StateMachineScenario handle(FsmEvent event) {
    Transition transition = ServiceStateMachine.transition(current, event, now, () -> jitter);
    TransitionInvariants.check(current, event, transition);
    current = transition.next();
    effects = transition.effects();
    return this;
  }

  StateMachineScenario jitter(double value) {
    jitter = value;
    return this;
  }

  // Requests.

  private Set<String> all() {
    return current.names();
  }

  StateMachineScenario start() {
    return handle(new FsmEvent.Start(all(), "started"));
  }

  StateMachineScenario start(int process) {
    return handle(new FsmEvent.Start(Set.of(PolicyBuilder.name(process)), "started"));
  }

  StateMachineScenario stop() {
    return handle(new FsmEvent.Stop(all(), "stopped"));
  }

  StateMachineScenario stop(int process) {
    return handle(new FsmEvent.Stop(Set.of(PolicyBuilder.name(process)), "stopped"));
  }

  StateMachineScenario kill() {
    return handle(new FsmEvent.Kill(all(), "killed"));
  }

  StateMachineScenario restart() {
    return handle(new FsmEvent.Restart(all(), "restarted"));
  }

  StateMachineScenario dependencies(DependencyState dependencies) {
    return handle(new FsmEvent.DependenciesChanged(dependencies));
  }

  // Events.

  StateMachineScenario launched(int process) {
    return handle(new FsmEvent.Launched(PolicyBuilder.name(process), generation(process)));
  }

  StateMachineScenario launchFails(int process) {
    return handle(
        new FsmEvent.LaunchFailed(
            PolicyBuilder.name(process), generation(process), "no such file"));
  }

  StateMachineScenario launchFailsPermanently(int process) {
    return handle(
        new FsmEvent.LaunchFailed(
            PolicyBuilder.name(process), generation(process), "no such file", false));
  }

  StateMachineScenario becomesRunning(int process) {
    launched(process);
    if (policy.processes().get(process).health().isPresent()) {
      return healthy(process);
    }
    return state(process) == ProcessState.STARTING ? timer(process) : this;
  }

  StateMachineScenario exits(int process, int code) {
    return handle(
        new FsmEvent.Exited(
            PolicyBuilder.name(process),
            generation(process),
            Cause.exitCode(code),
            OptionalInt.of(code)));
  }

  StateMachineScenario exitsWith(int process, Cause cause, OptionalInt code) {
    return handle(
        new FsmEvent.Exited(PolicyBuilder.name(process), generation(process), cause, code));
  }

  StateMachineScenario treeTerminated(int process) {
    return handle(new FsmEvent.TreeTerminated(PolicyBuilder.name(process), generation(process)));
  }

  /** It exits without leftovers. */
  StateMachineScenario exitsCompletely(int process, int code) {
    return exits(process, code).treeTerminated(process);
  }

  StateMachineScenario treeUnkillable(int process) {
    return handle(
        new FsmEvent.TreeUnkillable(
            PolicyBuilder.name(process), generation(process), "pid 7 is alive"));
  }

  StateMachineScenario ready(int process) {
    return handle(new FsmEvent.Ready(PolicyBuilder.name(process), generation(process)));
  }

  StateMachineScenario extendStart(int process, Duration fromNow) {
    return handle(
        new FsmEvent.StartTimeoutExtended(
            PolicyBuilder.name(process), generation(process), fromNow));
  }

  StateMachineScenario healthy(int process) {
    return handle(new FsmEvent.Healthy(PolicyBuilder.name(process), generation(process)));
  }

  StateMachineScenario unhealthy(int process) {
    return handle(
        new FsmEvent.Unhealthy(
            PolicyBuilder.name(process), generation(process), "connection refused"));
  }

  StateMachineScenario memoryExceeded(int process) {
    return handle(
        new FsmEvent.MemoryLimitExceeded(
            PolicyBuilder.name(process), generation(process), "65 MiB of 64 MiB"));
  }

  /** Advances the time to the timer of a process, and fires it. */
  StateMachineScenario timer(int process) {
    StateTimer timer = current(process).timer().orElseThrow();
    now = timer.dueAt();
    return handle(new FsmEvent.TimerFired(PolicyBuilder.name(process), timer));
  }

  StateMachineScenario advance(Duration time) {
    now = now.plus(time);
    return this;
  }

  // Results.

  ServiceFsmState current() {
    return current;
  }

  ProcessFsmState current(int process) {
    return current.processes().get(process);
  }

  ProcessState state(int process) {
    return current(process).state();
  }

  long generation(int process) {
    return current(process).generation();
  }

  /** Returns the effects of the last step, except state changes. */
  List<Effect> effects() {
    return effects.stream().filter(it -> !(it instanceof Effect.StateChanged)).toList();
  }

  StateMachineScenario hasStates(ProcessState... states) {
    List<ProcessState> actual = current.processes().stream().map(ProcessFsmState::state).toList();
    assertThat(actual).containsExactly(states);
    return this;
  }

  StateMachineScenario hasCause(int process, Cause.Kind kind, String part) {
    Cause cause = current(process).cause();
    assertThat(cause.kind()).isEqualTo(kind);
    assertThat(cause.detail()).contains(part);
    return this;
  }

  StateMachineScenario hasEffects(Effect... expected) {
    assertThat(effects()).containsExactly(expected);
    return this;
  }
}
