package io.luhproc.service;

import java.util.Set;
import java.util.TreeSet;

/**
 * The names of the services that a service depends on or conflicts with.
 *
 * @param after services that are started first if they are started too. This service waits until
 *     their start has been attempted and their one-shot processes have ended.
 * @param requires services that are started with this one and must be up before it: running and
 *     healthy, one-shot processes exited with success. Stopping one of them stops this service
 *     first. If one fails later, this service keeps running.
 * @param wants services that are started with this one, which does not wait for them
 * @param conflicts services that never run at the same time as this one; starting one stops the
 *     other
 * @since 0.1
 */
public record Dependencies(
    Set<String> after, Set<String> requires, Set<String> wants, Set<String> conflicts) {
  private static final Dependencies NONE = new Dependencies(Set.of(), Set.of(), Set.of(), Set.of());

  /**
   * Creates dependencies.
   *
   * @throws IllegalArgumentException if a name is invalid, or a service is in {@code conflicts} and
   *     also in {@code requires} or {@code wants}
   */
  public Dependencies {
    after = validated(after);
    requires = validated(requires);
    wants = validated(wants);
    conflicts = validated(conflicts);
    for (String name : conflicts) {
      if (requires.contains(name) || wants.contains(name)) {
        throw new IllegalArgumentException(
            "conflicts ("
                + name
                + ") must not contain a service that is also in requires or wants");
      }
    }
  }

  private static Set<String> validated(Set<String> names) {
    names.forEach(name -> NameValidator.requireValid("service name", name));
    return Set.copyOf(names);
  }

  /** Returns empty dependencies, the default. */
  public static Dependencies none() {
    return NONE;
  }

  /** Returns all names, sorted. */
  Set<String> allNames() {
    Set<String> names = new TreeSet<>(startsAfter());
    names.addAll(wants);
    names.addAll(conflicts);
    return names;
  }

  /** Returns the services that this one waits for when it starts, sorted. */
  Set<String> startsAfter() {
    Set<String> names = new TreeSet<>(after);
    names.addAll(requires);
    return names;
  }
}
