package io.luhproc.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What befalls one service, step by step; every step is held against the invariants. */
final class Story {
  private final ServiceRules rules;
  private ServiceLife life;
  private Duration now = Duration.ofHours(1);
  private double dice;
  private List<Action> actions = List.of();

  private Story(ServiceRules rules, ServiceLife life) {
    this.rules = rules;
    this.life = life;
  }

  static Story of(Rules rules) {
    ServiceRules built = rules.build();
    int count = built.processes().size();
    return new Story(built, ServiceLife.initial(count, new GateState.Open()));
  }

  /** Begins with the processes up, each launched and settled. */
  static Story running(Rules rules) {
    Story story = of(rules).start();
    for (int process = 0; process < rules.count(); process++) {
      story.comesUp(process);
    }
    return story;
  }

  Story then(Input input) {
    Step step = ServiceMachine.step(rules, life, input, now, () -> dice);
    Invariants.check(rules, life, input, step);
    life = step.life();
    actions = step.actions();
    return this;
  }

  Story dice(double value) {
    dice = value;
    return this;
  }

  // What people want.

  private Set<Integer> all() {
    return IntStream.range(0, rules.processes().size()).boxed().collect(Collectors.toSet());
  }

  Story start() {
    return then(new Input.Start(all(), "started"));
  }

  Story start(int process) {
    return then(new Input.Start(Set.of(process), "started"));
  }

  Story stop() {
    return then(new Input.Stop(all(), "stopped"));
  }

  Story stop(int process) {
    return then(new Input.Stop(Set.of(process), "stopped"));
  }

  Story kill() {
    return then(new Input.Kill(all(), "killed"));
  }

  Story restart() {
    return then(new Input.Restart(all(), "restarted"));
  }

  Story gate(GateState gate) {
    return then(new Input.Gate(gate));
  }

  // What happens.

  Story launched(int process) {
    return then(new Input.Launched(process, generation(process)));
  }

  Story launchFails(int process) {
    return then(new Input.LaunchFailed(process, generation(process), "no such file"));
  }

  Story cannotBeLaunched(int process) {
    return then(new Input.LaunchFailed(process, generation(process), "no such file", false));
  }

  Story comesUp(int process) {
    launched(process);
    if (rules.processes().get(process).awaitsHealth()) {
      return healthy(process);
    }
    return state(process) == ProcessState.STARTING ? timer(process) : this;
  }

  Story exits(int process, int code) {
    return then(
        new Input.Exited(process, generation(process), Cause.exitCode(code), OptionalInt.of(code)));
  }

  Story ends(int process, Cause cause, OptionalInt code) {
    return then(new Input.Exited(process, generation(process), cause, code));
  }

  Story gone(int process) {
    return then(new Input.TreeGone(process, generation(process)));
  }

  /** It exits, and nothing of it is left. */
  Story dies(int process, int code) {
    return exits(process, code).gone(process);
  }

  Story stuck(int process) {
    return then(new Input.TreeStuck(process, generation(process), "pid 7 lives still"));
  }

  Story healthy(int process) {
    return then(new Input.Healthy(process, generation(process)));
  }

  Story unhealthy(int process) {
    return then(new Input.Unhealthy(process, generation(process), "connection refused"));
  }

  Story memoryExceeded(int process) {
    return then(new Input.MemoryExceeded(process, generation(process), "65 MiB of 64 MiB"));
  }

  /** Lets time pass until the timer of a process is due, and fires it. */
  Story timer(int process) {
    LifeTimer timer = life(process).timer().orElseThrow();
    now = timer.at();
    return then(new Input.TimerFired(process, timer));
  }

  Story passes(Duration time) {
    now = now.plus(time);
    return this;
  }

  // What is.

  ServiceLife life() {
    return life;
  }

  ProcessLife life(int process) {
    return life.processes().get(process);
  }

  ProcessState state(int process) {
    return life(process).state();
  }

  long generation(int process) {
    return life(process).generation();
  }

  /** Returns what the last step did, but for the telling of it. */
  List<Action> actions() {
    return actions.stream().filter(it -> !(it instanceof Action.Changed)).toList();
  }

  Story is(ProcessState... states) {
    List<ProcessState> actual = life.processes().stream().map(ProcessLife::state).toList();
    assertThat(actual).containsExactly(states);
    return this;
  }

  Story because(int process, Cause.Kind kind, String part) {
    Cause cause = life(process).cause();
    assertThat(cause.kind()).isEqualTo(kind);
    assertThat(cause.detail()).contains(part);
    return this;
  }

  Story does(Action... expected) {
    assertThat(actions()).containsExactly(expected);
    return this;
  }
}
