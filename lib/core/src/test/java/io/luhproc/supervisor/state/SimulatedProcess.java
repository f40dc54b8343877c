package io.luhproc.supervisor.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.Cause;
import io.luhproc.supervisor.state.ProcessFsmState.StateTimer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Simulates one process under the effects of the state machine; the test decides when it is
 * launched, exits and is stopped. Fails as soon as it would run twice.
 */
final class SimulatedProcess {
  private final String name;
  // The live launches by generation; at most one.
  private final TreeMap<Long, Phase> incarnations = new TreeMap<>();
  private Optional<StateTimer> timer = Optional.empty();
  // The stops that are not answered yet; each gets its own answer.
  private final ArrayDeque<Long> pendingStops = new ArrayDeque<>();

  private enum Phase {
    SPAWNING,
    ALIVE,
    // The process has exited, and may have left others behind.
    LEFTOVERS
  }

  SimulatedProcess(String name) {
    this.name = name;
  }

  void apply(Effect effect) {
    if (effect instanceof Effect.Launch it) {
      assertThat(incarnations).as("is alive when it is launched again").isEmpty();
      incarnations.put(it.generation(), Phase.SPAWNING);
    } else if (effect instanceof Effect.CancelLaunch) {
      assertThat(generationIn(Phase.SPAWNING)).as("the launch that is cancelled").isPresent();
    } else if (effect instanceof Effect.StopTree it) {
      pendingStops.add(it.generation());
    } else if (effect instanceof Effect.StopLeftovers it) {
      pendingStops.add(it.generation());
    } else if (effect instanceof Effect.ScheduleTimer it) {
      timer = Optional.of(it.timer());
    } else if (effect instanceof Effect.CancelTimer) {
      timer = Optional.empty();
    }
  }

  private Optional<Long> generationIn(Phase phase) {
    return incarnations.entrySet().stream()
        .filter(it -> it.getValue() == phase)
        .map(it -> it.getKey())
        .findFirst();
  }

  Optional<FsmEvent> completeLaunch() {
    Optional<Long> identity = generationIn(Phase.SPAWNING);
    identity.ifPresent(it -> incarnations.put(it, Phase.ALIVE));
    return identity.map(it -> new FsmEvent.Launched(name, it));
  }

  Optional<FsmEvent> failLaunch() {
    Optional<Long> identity = generationIn(Phase.SPAWNING);
    identity.ifPresent(incarnations::remove);
    return identity.map(it -> new FsmEvent.LaunchFailed(name, it, "no such file"));
  }

  Optional<FsmEvent> exit(int code) {
    Optional<Long> identity = generationIn(Phase.ALIVE);
    identity.ifPresent(it -> incarnations.put(it, Phase.LEFTOVERS));
    return identity.map(
        it -> new FsmEvent.Exited(name, it, Cause.exitCode(code), OptionalInt.of(code)));
  }

  /** Answers the oldest stop. */
  Optional<FsmEvent> completeStop() {
    Optional<Long> identity = pollStop();
    identity.ifPresent(incarnations::remove);
    return identity.map(it -> new FsmEvent.TreeTerminated(name, it));
  }

  Optional<FsmEvent> failStop() {
    return pollStop().map(it -> new FsmEvent.TreeUnkillable(name, it, "pid 7 is alive"));
  }

  private Optional<Long> pollStop() {
    return Optional.ofNullable(pendingStops.poll());
  }

  Optional<FsmEvent> reportReady() {
    return generationIn(Phase.ALIVE).map(it -> new FsmEvent.Ready(name, it));
  }

  Optional<FsmEvent> reportLeaving() {
    return generationIn(Phase.ALIVE).map(it -> new FsmEvent.Leaving(name, it));
  }

  Optional<FsmEvent> reportHealth(boolean healthy) {
    return generationIn(Phase.ALIVE)
        .map(
            it ->
                healthy
                    ? new FsmEvent.Healthy(name, it)
                    : new FsmEvent.Unhealthy(name, it, "refused"));
  }

  Optional<FsmEvent> exceedMemoryLimit() {
    return generationIn(Phase.ALIVE)
        .map(it -> new FsmEvent.MemoryLimitExceeded(name, it, "65 MiB"));
  }

  Optional<StateTimer> timer() {
    return timer;
  }

  Optional<FsmEvent> fireTimer() {
    Optional<FsmEvent> fired = timer.map(it -> new FsmEvent.TimerFired(name, it));
    timer = Optional.empty();
    return fired;
  }

  /** Returns a late event of an earlier launch. */
  Optional<FsmEvent> staleEvent(long generation) {
    List<FsmEvent> staleEvents =
        List.of(
            new FsmEvent.TreeTerminated(name, generation),
            new FsmEvent.Launched(name, generation),
            new FsmEvent.Ready(name, generation),
            new FsmEvent.LaunchFailed(name, generation, "late"));
    return Optional.of(staleEvents.get((int) (generation % staleEvents.size())));
  }

  boolean isEmpty() {
    return incarnations.isEmpty() && timer.isEmpty();
  }
}
