package io.luhproc.supervisor.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.Cause;
import io.luhproc.service.ProcessState;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What befalls one service, step by step; every step is held against the invariants. */
final class StateMachineScenario {
  private final ServicePolicy policy;
  private ServiceFsmState current;
  private Duration now = Duration.ofHours(1);
  private double jitter;
  private List<Effect> effects = List.of();

  private StateMachineScenario(ServicePolicy policy, ServiceFsmState current) {
    this.policy = policy;
    this.current = current;
  }

  static StateMachineScenario of(PolicyBuilder policy) {
    ServicePolicy built = policy.build();
    int count = built.processes().size();
    return new StateMachineScenario(
        built, ServiceFsmState.initial(count, new DependencyState.Satisfied()));
  }

  /** Begins with the processes up, each launched and settled. */
  static StateMachineScenario running(PolicyBuilder policy) {
    StateMachineScenario scenario = of(policy).start();
    for (int process = 0; process < policy.count(); process++) {
      scenario.becomesRunning(process);
    }
    return scenario;
  }

  StateMachineScenario handle(FsmEvent event) {
    Transition transition =
        ServiceStateMachine.transition(policy, current, event, now, () -> jitter);
    TransitionInvariants.check(policy, current, event, transition);
    current = transition.next();
    effects = transition.effects();
    return this;
  }

  StateMachineScenario jitter(double value) {
    jitter = value;
    return this;
  }

  // What people want.

  private Set<Integer> all() {
    return IntStream.range(0, policy.processes().size()).boxed().collect(Collectors.toSet());
  }

  StateMachineScenario start() {
    return handle(new FsmEvent.Start(all(), "started"));
  }

  StateMachineScenario start(int process) {
    return handle(new FsmEvent.Start(Set.of(process), "started"));
  }

  StateMachineScenario stop() {
    return handle(new FsmEvent.Stop(all(), "stopped"));
  }

  StateMachineScenario stop(int process) {
    return handle(new FsmEvent.Stop(Set.of(process), "stopped"));
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

  // What happens.

  StateMachineScenario launched(int process) {
    return handle(new FsmEvent.Launched(process, generation(process)));
  }

  StateMachineScenario launchFails(int process) {
    return handle(new FsmEvent.LaunchFailed(process, generation(process), "no such file"));
  }

  StateMachineScenario launchFailsPermanently(int process) {
    return handle(new FsmEvent.LaunchFailed(process, generation(process), "no such file", false));
  }

  StateMachineScenario becomesRunning(int process) {
    launched(process);
    if (policy.processes().get(process).hasHealthCheck()) {
      return healthy(process);
    }
    return state(process) == ProcessState.STARTING ? timer(process) : this;
  }

  StateMachineScenario exits(int process, int code) {
    return handle(
        new FsmEvent.Exited(
            process, generation(process), Cause.exitCode(code), OptionalInt.of(code)));
  }

  StateMachineScenario exitsWith(int process, Cause cause, OptionalInt code) {
    return handle(new FsmEvent.Exited(process, generation(process), cause, code));
  }

  StateMachineScenario treeTerminated(int process) {
    return handle(new FsmEvent.TreeTerminated(process, generation(process)));
  }

  /** It exits, and nothing of it is left. */
  StateMachineScenario exitsCompletely(int process, int code) {
    return exits(process, code).treeTerminated(process);
  }

  StateMachineScenario treeUnkillable(int process) {
    return handle(new FsmEvent.TreeUnkillable(process, generation(process), "pid 7 lives still"));
  }

  StateMachineScenario healthy(int process) {
    return handle(new FsmEvent.Healthy(process, generation(process)));
  }

  StateMachineScenario unhealthy(int process) {
    return handle(new FsmEvent.Unhealthy(process, generation(process), "connection refused"));
  }

  StateMachineScenario memoryExceeded(int process) {
    return handle(
        new FsmEvent.MemoryLimitExceeded(process, generation(process), "65 MiB of 64 MiB"));
  }

  /** Lets time pass until the timer of a process is due, and fires it. */
  StateMachineScenario timer(int process) {
    StateTimer timer = current(process).timer().orElseThrow();
    now = timer.dueAt();
    return handle(new FsmEvent.TimerFired(process, timer));
  }

  StateMachineScenario advance(Duration time) {
    now = now.plus(time);
    return this;
  }

  // What is.

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

  /** Returns what the last step did, but for the telling of it. */
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
