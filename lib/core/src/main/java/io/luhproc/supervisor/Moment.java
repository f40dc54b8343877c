package io.luhproc.supervisor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One step of the machine: when it is, what the gate is, and what is to be done as far as decided.
 *
 * @param now the time on the clock of the machine's caller
 * @param gate whether the dependencies let anything start
 * @param actions grows while the step is decided
 */
record Moment(Duration now, GateState gate, List<Action> actions) {
  static Moment of(Duration now, GateState gate) {
    return new Moment(now, gate, new ArrayList<>());
  }

  void act(Action action) {
    actions.add(action);
  }
}
