package io.luhproc.supervisor.state;

import java.util.List;

/**
 * What the machine decided.
 *
 * @param next the service from now on
 * @param effects what is to be done, in this order
 */
public record Transition(ServiceFsmState next, List<Effect> effects) {
  public Transition {
    effects = List.copyOf(effects);
  }
}
