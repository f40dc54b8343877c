package io.luhproc.supervisor.state;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The result of one event.
 *
 * @param next the new state of the service
 * @param effects the actions to perform, in this order
 */
public record Transition(ServiceFsmState next, List<Effect> effects) {
  public Transition {
    effects = List.copyOf(effects);
  }

  /** The values that all processes of a service share during one transition. */
  static final class Context {
    private final Duration now;
    private final DependencyState dependencies;
    private final List<Effect> effects = new ArrayList<>();

    Context(Duration now, DependencyState dependencies) {
      this.now = now;
      this.dependencies = dependencies;
    }

    /** Returns the time, on the clock of the machine's caller. */
    Duration now() {
      return now;
    }

    DependencyState dependencies() {
      return dependencies;
    }

    List<Effect> effects() {
      return effects;
    }

    void addEffect(Effect effect) {
      effects.add(effect);
    }
  }
}
