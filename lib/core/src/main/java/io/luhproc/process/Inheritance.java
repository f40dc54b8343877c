package io.luhproc.process;

import java.util.HashMap;
import java.util.Map;

/**
 * The environment of this JVM, of which a child mostly gets the greater part as it is. The JDK
 * checks and encodes each variable that is put, so only those that differ are.
 */
final class Inheritance {
  private volatile Map<String, String> own = Map.of();

  /**
   * Makes the environment of a child that is to be.
   *
   * @param child what the JDK gives it if it is not changed
   * @param wanted all of its variables
   */
  void change(Map<String, String> child, Map<String, String> wanted) {
    if (own.isEmpty()) {
      own = new HashMap<>(child);
    }
    Map<String, String> inherited = own;
    for (String name : inherited.keySet()) {
      if (!wanted.containsKey(name)) {
        child.remove(name);
      }
    }
    for (Map.Entry<String, String> variable : wanted.entrySet()) {
      if (!variable.getValue().equals(inherited.get(variable.getKey()))) {
        child.put(variable.getKey(), variable.getValue());
      }
    }
  }
}
