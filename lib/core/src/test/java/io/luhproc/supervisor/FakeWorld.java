package io.luhproc.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * What a machine's actions would do to one process: it is launched, lives, dies and is ended when
 * the test says so. It fails as soon as there would be two of it.
 */
final class FakeWorld {
  private final int process;
  // Who lives or is to live, by generation; at most one, or there is a double.
  private final TreeMap<Long, Being> beings = new TreeMap<>();
  private Optional<LifeTimer> timer = Optional.empty();
  // The orders to end it that are not answered yet; each gets its own answer.
  private final ArrayDeque<Long> ends = new ArrayDeque<>();

  private enum Being {
    LAUNCHING,
    LIVING,
    // Its root is dead, and who knows what it left behind.
    REMNANTS
  }

  FakeWorld(int process) {
    this.process = process;
  }

  void act(Action action) {
    if (action instanceof Action.Launch it) {
      assertThat(beings).as("lives when it is launched again").isEmpty();
      beings.put(it.generation(), Being.LAUNCHING);
    } else if (action instanceof Action.StopTree it) {
      ends.add(it.generation());
    } else if (action instanceof Action.SweepTree it) {
      ends.add(it.generation());
    } else if (action instanceof Action.Arm it) {
      timer = Optional.of(it.timer());
    } else if (action instanceof Action.Disarm) {
      timer = Optional.empty();
    }
  }

  private Optional<Long> who(Being being) {
    return beings.entrySet().stream()
        .filter(it -> it.getValue() == being)
        .map(it -> it.getKey())
        .findFirst();
  }

  Optional<Input> launches() {
    Optional<Long> who = who(Being.LAUNCHING);
    who.ifPresent(it -> beings.put(it, Being.LIVING));
    return who.map(it -> new Input.Launched(process, it));
  }

  Optional<Input> failsToLaunch() {
    Optional<Long> who = who(Being.LAUNCHING);
    who.ifPresent(beings::remove);
    return who.map(it -> new Input.LaunchFailed(process, it, "no such file"));
  }

  Optional<Input> dies(int code) {
    Optional<Long> who = who(Being.LIVING);
    who.ifPresent(it -> beings.put(it, Being.REMNANTS));
    return who.map(it -> new Input.Exited(process, it, Cause.exitCode(code), OptionalInt.of(code)));
  }

  /** Answers the oldest order to end it. */
  Optional<Input> isGone() {
    Optional<Long> who = answer();
    who.ifPresent(beings::remove);
    return who.map(it -> new Input.TreeGone(process, it));
  }

  Optional<Input> isStuck() {
    return answer().map(it -> new Input.TreeStuck(process, it, "pid 7 lives still"));
  }

  private Optional<Long> answer() {
    return Optional.ofNullable(ends.poll());
  }

  Optional<Input> says(boolean healthy) {
    return who(Being.LIVING)
        .map(
            it ->
                healthy
                    ? new Input.Healthy(process, it)
                    : new Input.Unhealthy(process, it, "refused"));
  }

  Optional<Input> eats() {
    return who(Being.LIVING).map(it -> new Input.MemoryExceeded(process, it, "65 MiB"));
  }

  Optional<LifeTimer> timer() {
    return timer;
  }

  Optional<Input> fires() {
    Optional<Input> fired = timer.map(it -> new Input.TimerFired(process, it));
    timer = Optional.empty();
    return fired;
  }

  /** Something that was said of an earlier launch and arrives late. */
  Optional<Input> rumour(long generation) {
    List<Input> rumours =
        List.of(
            new Input.TreeGone(process, generation),
            new Input.Launched(process, generation),
            new Input.LaunchFailed(process, generation, "late"));
    return Optional.of(rumours.get((int) (generation % rumours.size())));
  }

  boolean isEmpty() {
    return beings.isEmpty() && timer.isEmpty();
  }
}
