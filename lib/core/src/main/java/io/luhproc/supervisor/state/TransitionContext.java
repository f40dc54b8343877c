package io.luhproc.supervisor.state;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One step of the machine: when it is, what the gate is, and what is to be done as far as decided.
 *
 * @param now the time on the clock of the machine's caller
 * @param dependencies whether the dependencies let anything start
 * @param effects grows while the step is decided
 */
record TransitionContext(Duration now, DependencyState dependencies, List<Effect> effects) {
  static TransitionContext startingAt(Duration now, DependencyState dependencies) {
    return new TransitionContext(now, dependencies, new ArrayList<>());
  }

  void addEffect(Effect effect) {
    effects.add(effect);
  }
}
