package io.luhproc.supervisor;

import java.util.function.Consumer;

/** Waits for a service as a whole to be in a state. */
final class StateGoal implements Goal {
  private final ProcessState state;
  private final Consumer<Unit> reached;

  StateGoal(ProcessState state, Consumer<Unit> reached) {
    this.state = state;
    this.reached = reached;
  }

  @Override
  public void changed(String process, ProcessState from, ProcessState to, Cause cause) {
    // Only where the service stands when all is decided counts.
  }

  @Override
  public boolean check(Unit unit) {
    boolean over = unit.state() == state;
    if (over) {
      reached.accept(unit);
    }
    return over;
  }
}
