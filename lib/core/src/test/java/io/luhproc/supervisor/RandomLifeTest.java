package io.luhproc.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.RestartPolicy;
import io.luhproc.service.RestartStrategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever happens to a service in whatever order: a failure is shrunk to the fewest events. */
class RandomLifeTest {
  private static final int PROCESSES = 3;
  private static final Set<Integer> ALL = Set.of(0, 1, 2);
  // In which everything that can come to rest has done so.
  private static final int LONG_ENOUGH = 200;

  private enum What {
    START,
    START_ALL,
    STOP,
    STOP_ALL,
    KILL,
    RESTART,
    GATE_OPENS,
    GATE_CLOSES,
    GATE_BREAKS,
    LAUNCHES,
    FAILS_TO_LAUNCH,
    SUCCEEDS,
    DIES,
    ASKS_FOR_NO_RESTART,
    IS_GONE,
    IS_STUCK,
    IS_WELL,
    IS_ILL,
    EATS,
    TIME_PASSES,
    RUMOUR
  }

  private record Event(What what, int process) {}

  @Provide
  Arbitrary<List<Event>> events() {
    Arbitrary<Event> event =
        Combinators.combine(Arbitraries.of(What.class), Arbitraries.integers().between(0, 2))
            .as(Event::new);
    return event.list().ofMaxSize(60);
  }

  @Provide
  Arbitrary<Rules> rules() {
    Arbitrary<RestartPolicy> policies =
        Arbitraries.of(
            RestartPolicy.always(),
            RestartPolicy.onFailure().delay(Duration.ZERO),
            RestartPolicy.onFailure().maxRetries(2),
            RestartPolicy.never());
    Arbitrary<Boolean> flags = Arbitraries.of(true, false);
    return Combinators.combine(policies, Arbitraries.of(RestartStrategy.class), flags, flags)
        .as(RandomLifeTest::rules);
  }

  private static Rules rules(
      RestartPolicy policy, RestartStrategy strategy, boolean checked, boolean limited) {
    Rules rules = Rules.of(policy).processes(PROCESSES, strategy);
    Rules watched = checked ? rules.checked(true) : rules;
    return limited ? watched.intensity(3, Duration.ofSeconds(5)) : watched;
  }

  @Property(tries = 3000)
  void neverTwoOfOneAndAStopIsTheEnd(
      @ForAll("rules") Rules rules, @ForAll("events") List<Event> events) {
    Play play = new Play(rules);
    events.forEach(play::happens);
    play.tell(new Input.Stop(ALL, "stopped"));
    play.comesToRest();
    play.isAllDown();
  }

  @Property(tries = 3000)
  void nobodyWaitsForEverOnceNothingGoesWrong(
      @ForAll("rules") Rules rules, @ForAll("events") List<Event> events) {
    Play play = new Play(rules);
    events.forEach(play::happens);
    play.tell(new Input.Gate(new GateState.Open()));
    play.comesToRest();
    assertThat(play.states())
        .isSubsetOf(
            ProcessState.INACTIVE, ProcessState.RUNNING, ProcessState.EXITED, ProcessState.FAILED);
    play.tell(new Input.Start(ALL, "started"));
    play.comesToRest();
    assertThat(play.states()).containsOnly(ProcessState.RUNNING);
  }

  /** A service and the world around it. */
  private static final class Play {
    private final ServiceRules rules;
    private final List<FakeWorld> worlds = new ArrayList<>();
    private final boolean[] stopped = {true, true, true};
    private ServiceLife life = ServiceLife.initial(PROCESSES, new GateState.Open());
    private Duration now = Duration.ZERO;

    Play(Rules rules) {
      this.rules = rules.build();
      IntStream.range(0, PROCESSES).forEach(it -> worlds.add(new FakeWorld(it)));
    }

    void happens(Event event) {
      FakeWorld world = worlds.get(event.process());
      Set<Integer> one = Set.of(event.process());
      Optional<Input> input =
          switch (event.what()) {
            case START -> Optional.of(new Input.Start(one, "started"));
            case START_ALL -> Optional.of(new Input.Start(ALL, "started"));
            case STOP -> Optional.of(new Input.Stop(one, "stopped"));
            case STOP_ALL -> Optional.of(new Input.Stop(ALL, "stopped"));
            case KILL -> Optional.of(new Input.Kill(one, "killed"));
            case RESTART -> Optional.of(new Input.Restart(one, "restarted"));
            case GATE_OPENS -> Optional.of(new Input.Gate(new GateState.Open()));
            case GATE_CLOSES -> Optional.of(new Input.Gate(new GateState.Closed(List.of("db"))));
            case GATE_BREAKS -> Optional.of(new Input.Gate(new GateState.Failed("db", "gone")));
            case LAUNCHES -> world.launches();
            case FAILS_TO_LAUNCH -> world.failsToLaunch();
            case SUCCEEDS -> world.dies(0);
            case DIES -> world.dies(1);
            case ASKS_FOR_NO_RESTART -> world.dies(125);
            case IS_GONE -> world.isGone();
            case IS_STUCK -> world.isStuck();
            case IS_WELL -> world.says(true);
            case IS_ILL -> world.says(false);
            case EATS -> world.eats();
            case TIME_PASSES -> passes(world);
            case RUMOUR -> world.rumour(Math.max(0, generation(event.process()) - 1));
          };
      input.ifPresent(this::tell);
    }

    private Optional<Input> passes(FakeWorld world) {
      world.timer().ifPresent(it -> now = it.at().compareTo(now) > 0 ? it.at() : now);
      return world.fires();
    }

    private long generation(int process) {
      return life.processes().get(process).generation();
    }

    void tell(Input input) {
      remember(input);
      Step step = ServiceMachine.step(rules, life, input, now, () -> 1);
      Invariants.check(rules, life, input, step);
      life = step.life();
      for (Action action : step.actions()) {
        if (action instanceof Action.Launch) {
          assertThat(stopped[action.process()]).as("stopped, and launched").isFalse();
        }
        worlds.get(action.process()).act(action);
      }
    }

    private void remember(Input input) {
      if (input instanceof Input.Wish wish) {
        boolean down = wish instanceof Input.Stop || wish instanceof Input.Kill;
        wish.processes().forEach(it -> stopped[it] = down);
      }
    }

    /** Lets everything go well until nothing happens any more. */
    void comesToRest() {
      boolean busy = true;
      for (int round = 0; busy; round++) {
        assertThat(round).as("rounds without coming to rest").isLessThan(LONG_ENOUGH);
        busy = false;
        for (FakeWorld world : worlds) {
          busy |= goesWell(world);
        }
      }
    }

    private boolean goesWell(FakeWorld world) {
      Optional<Input> next =
          world
              .launches()
              .or(world::isGone)
              .or(() -> needsHealth(world) ? world.says(true) : Optional.empty())
              .or(() -> passes(world));
      next.ifPresent(this::tell);
      return next.isPresent();
    }

    private boolean needsHealth(FakeWorld world) {
      ProcessLife its = life.processes().get(worlds.indexOf(world));
      return its.state() == ProcessState.STARTING && rules.processes().get(0).awaitsHealth();
    }

    List<ProcessState> states() {
      return life.processes().stream().map(ProcessLife::state).toList();
    }

    void isAllDown() {
      assertThat(states()).containsOnly(ProcessState.INACTIVE);
      assertThat(worlds)
          .as("worlds where nothing lives and no timer is armed")
          .allMatch(FakeWorld::isEmpty);
      assertThat(life.group()).isEmpty();
    }
  }
}
