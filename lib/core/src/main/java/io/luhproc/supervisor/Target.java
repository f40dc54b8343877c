package io.luhproc.supervisor;

import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Whom a call is about.
 *
 * @param service the name of a service
 * @param processes some of its processes, by the name of a replica or of all replicas together;
 *     none for all
 */
record Target(String service, List<String> processes) {

  static Target of(String service, String... processes) {
    return new Target(service, List.of(processes));
  }

  static Target of(String service, List<String> processes) {
    return new Target(service, processes);
  }

  boolean isWhole() {
    return processes.isEmpty();
  }

  /**
   * Checks that the processes are there.
   *
   * @throws NoSuchServiceException when one is not
   */
  void check(ServiceStatus status) {
    List<String> known = status.processes().stream().map(ProcessStatus::name).toList();
    for (String name : processes) {
      if (known.stream().noneMatch(it -> it.equals(name) || it.startsWith(name + "-"))) {
        throw NoSuchServiceException.ofProcess(service, name, known);
      }
    }
  }

  /**
   * Returns the slots that are meant.
   *
   * @throws NoSuchServiceException when one is not there
   */
  Set<Slot> slots(Unit unit) {
    Set<Slot> found = new LinkedHashSet<>();
    for (String name : processes) {
      List<Slot> named =
          unit.slots().stream()
              .filter(
                  it -> it.place().instance().equals(name) || it.place().spec().name().equals(name))
              .toList();
      if (named.isEmpty()) {
        List<String> known = unit.slots().stream().map(it -> it.place().instance()).toList();
        throw NoSuchServiceException.ofProcess(service, name, known);
      }
      found.addAll(named);
    }
    return isWhole() ? new LinkedHashSet<>(unit.slots()) : found;
  }

  static Set<Integer> indexes(Set<Slot> slots) {
    Set<Integer> indexes = new HashSet<>();
    slots.forEach(slot -> indexes.add(slot.index()));
    return indexes;
  }

  static Set<String> names(Set<Slot> slots) {
    Set<String> names = new HashSet<>();
    slots.forEach(slot -> names.add(slot.place().instance()));
    return names;
  }
}
