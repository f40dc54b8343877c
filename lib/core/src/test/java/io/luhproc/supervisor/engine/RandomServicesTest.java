package io.luhproc.supervisor.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.ProcessState;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Random requests for services that depend on each other; a failure is shrunk to the fewest. */
class RandomServicesTest {

  /** A request or an event, followed by some milliseconds. */
  record RandomEvent(EventKind kind, int service, int millis) {}

  enum EventKind {
    START,
    START_ONE,
    STOP,
    STOP_ONE,
    KILL,
    RESTART,
    RELOAD,
    START_ALL,
    STOP_ALL,
    AWAIT,
    UPDATE,
    DETACH,
    PAUSE,
    RESUME,
    HEALTHY,
    UNHEALTHY,
    UNKILLABLE,
    REMOVE,
    ADD,
    EXITS_NONZERO,
    EXITS_ZERO,
    LAUNCH_FAILS,
    CLEAR_FAILURES
  }

  @Provide
  Arbitrary<List<RandomEvent>> events() {
    Arbitrary<Integer> pauses = Arbitraries.of(0, 0, 5, 20, 200, 5_000);
    Arbitrary<RandomEvent> event =
        Combinators.combine(
                Arbitraries.of(EventKind.class), Arbitraries.integers().between(0, 4), pauses)
            .as(RandomEvent::new);
    return event.list().ofMaxSize(40);
  }

  @Property(tries = 300)
  void everyRequestCompletesAndStopIsFinal(
      @ForAll("events") List<RandomEvent> events, @ForAll int seed) {
    RandomServiceScenario scenario = new RandomServiceScenario(new Random(seed));
    events.forEach(scenario::apply);
    scenario.assertSettled();
    scenario.stopAll();
    scenario.assertAllInactive();
  }

  @Property(tries = 200)
  void allServicesRunOnceFailuresCease(
      @ForAll("events") List<RandomEvent> events, @ForAll int seed) {
    RandomServiceScenario scenario = new RandomServiceScenario(new Random(seed));
    events.forEach(scenario::apply);
    scenario.startAll();
    assertThat(scenario.states()).containsOnly(ProcessState.RUNNING);
    scenario.stopAll();
    scenario.assertAllInactive();
  }
}
