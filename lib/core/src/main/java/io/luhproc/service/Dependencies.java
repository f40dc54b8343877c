package io.luhproc.service;

import java.util.Set;
import java.util.TreeSet;

/**
 * On which other services a service depends, by their names.
 *
 * @param after those whose start must have been attempted first, and of which what runs once must
 *     have ended, where they are to run at all
 * @param requires those that must run and be healthy when this service starts, and of which what
 *     runs once must have exited with success; starting this service starts them, stopping one of
 *     them stops this service first; what becomes of them by itself later does not concern it
 * @param wants those that are started with this service, which does not wait for them
 * @param conflicts those that never run at the same time; starting one stops the other
 */
public record Dependencies(
    Set<String> after, Set<String> requires, Set<String> wants, Set<String> conflicts) {
  private static final Dependencies NONE = new Dependencies(Set.of(), Set.of(), Set.of(), Set.of());

  /**
   * Checks the names.
   *
   * @throws IllegalArgumentException when one breaks the rule of names, or is both needed and in
   *     conflict
   */
  public Dependencies {
    after = validated(after);
    requires = validated(requires);
    wants = validated(wants);
    conflicts = validated(conflicts);
    for (String name : conflicts) {
      if (requires.contains(name) || wants.contains(name)) {
        throw new IllegalArgumentException(
            "conflicts (" + name + ") must not name a service that is required or wanted too");
      }
    }
  }

  private static Set<String> validated(Set<String> names) {
    names.forEach(name -> NameValidator.requireValid("name of a service", name));
    return Set.copyOf(names);
  }

  /** Returns no dependencies. */
  public static Dependencies none() {
    return NONE;
  }

  /** Returns all names, in their order. */
  Set<String> allNames() {
    Set<String> names = new TreeSet<>(startsAfter());
    names.addAll(wants);
    names.addAll(conflicts);
    return names;
  }

  /** Returns those that must be dealt with before this service starts, in their order. */
  Set<String> startsAfter() {
    Set<String> names = new TreeSet<>(after);
    names.addAll(requires);
    return names;
  }
}
