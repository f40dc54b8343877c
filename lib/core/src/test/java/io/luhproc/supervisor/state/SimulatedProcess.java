package io.luhproc.supervisor.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.Cause;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What a machine's actions would do to one process: it is launched, lives, dies and is ended when
 * the test says so. It fails as soon as there would be two of it.
 */
final class SimulatedProcess {
  private final int index;
  // Who lives or is to live, by generation; at most one, or there is a double.
  private final TreeMap<Long, Phase> incarnations = new TreeMap<>();
  private Optional<StateTimer> timer = Optional.empty();
  // The orders to end it that are not answered yet; each gets its own answer.
  private final ArrayDeque<Long> pendingStops = new ArrayDeque<>();

  private enum Phase {
    SPAWNING,
    ALIVE,
    // Its root is dead, and who knows what it left behind.
    LEFTOVERS
  }

  SimulatedProcess(int index) {
    this.index = index;
  }

  void apply(Effect effect) {
    if (effect instanceof Effect.Launch it) {
      assertThat(incarnations).as("lives when it is launched again").isEmpty();
      incarnations.put(it.generation(), Phase.SPAWNING);
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
    return identity.map(it -> new FsmEvent.Launched(index, it));
  }

  Optional<FsmEvent> failLaunch() {
    Optional<Long> identity = generationIn(Phase.SPAWNING);
    identity.ifPresent(incarnations::remove);
    return identity.map(it -> new FsmEvent.LaunchFailed(index, it, "no such file"));
  }

  Optional<FsmEvent> exit(int code) {
    Optional<Long> identity = generationIn(Phase.ALIVE);
    identity.ifPresent(it -> incarnations.put(it, Phase.LEFTOVERS));
    return identity.map(
        it -> new FsmEvent.Exited(index, it, Cause.exitCode(code), OptionalInt.of(code)));
  }

  /** Answers the oldest order to end it. */
  Optional<FsmEvent> completeStop() {
    Optional<Long> identity = pollStop();
    identity.ifPresent(incarnations::remove);
    return identity.map(it -> new FsmEvent.TreeTerminated(index, it));
  }

  Optional<FsmEvent> failStop() {
    return pollStop().map(it -> new FsmEvent.TreeUnkillable(index, it, "pid 7 lives still"));
  }

  private Optional<Long> pollStop() {
    return Optional.ofNullable(pendingStops.poll());
  }

  Optional<FsmEvent> reportHealth(boolean healthy) {
    return generationIn(Phase.ALIVE)
        .map(
            it ->
                healthy
                    ? new FsmEvent.Healthy(index, it)
                    : new FsmEvent.Unhealthy(index, it, "refused"));
  }

  Optional<FsmEvent> exceedMemoryLimit() {
    return generationIn(Phase.ALIVE)
        .map(it -> new FsmEvent.MemoryLimitExceeded(index, it, "65 MiB"));
  }

  Optional<StateTimer> timer() {
    return timer;
  }

  Optional<FsmEvent> fireTimer() {
    Optional<FsmEvent> fired = timer.map(it -> new FsmEvent.TimerFired(index, it));
    timer = Optional.empty();
    return fired;
  }

  /** Something that was said of an earlier launch and arrives late. */
  Optional<FsmEvent> staleEvent(long generation) {
    List<FsmEvent> staleEvents =
        List.of(
            new FsmEvent.TreeTerminated(index, generation),
            new FsmEvent.Launched(index, generation),
            new FsmEvent.LaunchFailed(index, generation, "late"));
    return Optional.of(staleEvents.get((int) (generation % staleEvents.size())));
  }

  boolean isEmpty() {
    return incarnations.isEmpty() && timer.isEmpty();
  }
}
