package io.luhproc.spawn;

import java.util.HashMap;
import java.util.Map;

/**
 * Sets the environment of a child by changing only the variables that differ from this JVM's. The
 * JDK validates and encodes each variable that is put, so unchanged ones are left alone.
 */
final class EnvironmentDelta {
  private volatile Map<String, String> inheritedEnvironment = Map.of();

  /**
   * Changes the environment of a {@link ProcessBuilder} to the desired one.
   *
   * @param childEnvironment the environment to change, initially a copy of this JVM's
   * @param desired the complete environment of the child
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
