package io.luhproc.supervisor.engine;

import io.luhproc.service.NoSuchServiceException;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.ServiceStatus;
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
public record ProcessSelector(String service, List<String> processes) {

  public static ProcessSelector of(String service, String... processes) {
    return new ProcessSelector(service, List.of(processes));
  }

  static ProcessSelector of(String service, List<String> processes) {
    return new ProcessSelector(service, processes);
  }

  boolean selectsAll() {
    return processes.isEmpty();
  }

  /**
   * Checks that the processes are there.
   *
   * @throws NoSuchServiceException when one is not
   */
  void checkNames(ServiceStatus status) {
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
  Set<ManagedProcess> select(ManagedService managed) {
    Set<ManagedProcess> found = new LinkedHashSet<>();
    for (String name : processes) {
      List<ManagedProcess> named =
          managed.processes().stream()
              .filter(
                  it ->
                      it.instance().name().equals(name) || it.instance().spec().name().equals(name))
              .toList();
      if (named.isEmpty()) {
        List<String> known = managed.processes().stream().map(it -> it.instance().name()).toList();
        throw NoSuchServiceException.ofProcess(service, name, known);
      }
      found.addAll(named);
    }
    return selectsAll() ? new LinkedHashSet<>(managed.processes()) : found;
  }

  static Set<Integer> indexes(Set<ManagedProcess> processes) {
    Set<Integer> indexes = new HashSet<>();
    processes.forEach(process -> indexes.add(process.index()));
    return indexes;
  }

  static Set<String> names(Set<ManagedProcess> processes) {
    Set<String> names = new HashSet<>();
    processes.forEach(process -> names.add(process.instance().name()));
    return names;
  }
}
