package io.luhproc.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is asked of services that depend on each other: a failure is shrunk to the fewest. */
class RandomServicesTest {

  /** Something that is asked of a service, or happens to it, after some milliseconds. */
  record Event(What what, int service, int pause) {}

  enum What {
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
    REMOVE,
    ADD,
    DIES,
    SUCCEEDS,
    FAILS_TO_LAUNCH,
    GOES_WELL
  }

  @Provide
  Arbitrary<List<Event>> events() {
    Arbitrary<Integer> pauses = Arbitraries.of(0, 0, 5, 20, 200, 5_000);
    Arbitrary<Event> event =
        Combinators.combine(
                Arbitraries.of(What.class), Arbitraries.integers().between(0, 4), pauses)
            .as(Event::new);
    return event.list().ofMaxSize(40);
  }

  @Property(tries = 300)
  void whatIsAskedComesTrueOrFailsAndAStopIsTheEnd(
      @ForAll("events") List<Event> events, @ForAll int seed) {
    RandomPlay play = new RandomPlay(new Random(seed));
    events.forEach(play::happens);
    play.stopsAll();
    play.isAllDown();
  }

  @Property(tries = 200)
  void allComeUpOnceNothingGoesWrong(@ForAll("events") List<Event> events, @ForAll int seed) {
    RandomPlay play = new RandomPlay(new Random(seed));
    events.forEach(play::happens);
    play.startsAll();
    assertThat(play.states()).containsOnly(ProcessState.RUNNING);
    play.stopsAll();
    play.isAllDown();
  }
}
