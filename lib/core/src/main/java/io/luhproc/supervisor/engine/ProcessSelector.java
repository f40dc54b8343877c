package io.luhproc.supervisor.engine;

import io.luhproc.service.NoSuchServiceException;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.ServiceStatus;
import io.luhproc.supervisor.state.ProcessFsmState;
import io.luhproc.supervisor.state.ServiceFsmState;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Selects some or all processes of a service.
 *
 * @param service the name of a service
 * @param processes the names of processes or of single replicas; empty for all
 */
public record ProcessSelector(String service, List<String> processes) {
  public ProcessSelector {
    processes = List.copyOf(processes);
  }

  /** Returns a selector of the named processes, or of all if there are no names. */
  public static ProcessSelector of(String service, String... processes) {
    return new ProcessSelector(service, List.of(processes));
  }

  boolean selectsAll() {
    return processes.isEmpty();
  }

  /**
   * Checks, on the caller's thread, that the processes exist.
   *
   * @throws NoSuchServiceException when one does not exist
   */
  void checkNames(ServiceStatus status) {
    List<String> known = status.processes().stream().map(ProcessStatus::name).toList();
    for (String name : processes) {
      boolean exists =
          known.stream()
              .anyMatch(
                  it -> it.equals(name) || it.startsWith(name + "-") || name.equals(it + "-1"));
      if (!exists) {
        throw NoSuchServiceException.ofProcess(service, name, known);
      }
    }
  }

  /**
   * Returns the names of the selected processes, in the order of the selection.
   *
   * @throws NoSuchServiceException when one does not exist
   */
  Set<String> select(ServiceFsmState state) {
    if (selectsAll()) {
      return state.names();
    }
    Set<String> found = new LinkedHashSet<>();
    for (String name : processes) {
      List<String> named =
          state.processes().stream()
              .filter(it -> it.instance().isNamed(name))
              .map(ProcessFsmState::name)
              .toList();
      if (named.isEmpty()) {
        throw NoSuchServiceException.ofProcess(service, name, List.copyOf(state.names()));
      }
      found.addAll(named);
    }
    return found;
  }
}
