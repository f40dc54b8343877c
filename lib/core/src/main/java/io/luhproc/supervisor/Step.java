package io.luhproc.supervisor;

import java.util.List;

/**
 * What the machine decided.
 *
 * @param life the service from now on
 * @param actions what is to be done, in this order
 */
record Step(ServiceLife life, List<Action> actions) {
  Step {
    actions = List.copyOf(actions);
  }
}
