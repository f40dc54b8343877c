package io.luhproc.supervisor;

import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** Waits for a service as a whole to be in a state. */
final class StateGoal implements Goal {
  private final ProcessState state;
  private final BiConsumer<Unit, Optional<RuntimeException>> done;

  /**
   * Creates one.
   *
   * @param done is told; with nothing when the goal is reached
   */
  StateGoal(ProcessState state, BiConsumer<Unit, Optional<RuntimeException>> done) {
    this.state = state;
    this.done = done;
  }

  @Override
  public void changed(Place process, ProcessState from, ProcessState to, Cause cause) {
    // Only where the service stands when all is decided counts.
  }

  @Override
  public void started(Set<String> processes, String why) {
    // It may come into the state all the same.
  }

  @Override
  public boolean check(Unit unit) {
    boolean over = unit.state() == state;
    if (over) {
      done.accept(unit, Optional.empty());
    }
    return over;
  }

  @Override
  public void fail(Unit unit, RuntimeException why) {
    done.accept(unit, Optional.of(why));
  }
}
