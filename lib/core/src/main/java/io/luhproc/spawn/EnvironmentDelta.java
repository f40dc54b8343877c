package io.luhproc.spawn;

import java.util.HashMap;
import java.util.Map;

/**
 * The environment of this JVM, of which a child mostly gets the greater part as it is. The JDK
 * checks and encodes each variable that is put, so only those that differ are.
 */
final class EnvironmentDelta {
  private volatile Map<String, String> inheritedEnvironment = Map.of();

  /**
   * Makes the environment of a child that is to be.
   *
   * @param childEnvironment what the JDK gives it if it is not changed
   * @param desired all of its variables
   */
  void apply(Map<String, String> childEnvironment, Map<String, String> desired) {
    if (inheritedEnvironment.isEmpty()) {
      inheritedEnvironment = new HashMap<>(childEnvironment);
    }
    Map<String, String> inherited = inheritedEnvironment;
    for (String name : inherited.keySet()) {
      if (!desired.containsKey(name)) {
        childEnvironment.remove(name);
      }
    }
    for (Map.Entry<String, String> variable : desired.entrySet()) {
      if (!variable.getValue().equals(inherited.get(variable.getKey()))) {
        childEnvironment.put(variable.getKey(), variable.getValue());
      }
    }
  }
}
