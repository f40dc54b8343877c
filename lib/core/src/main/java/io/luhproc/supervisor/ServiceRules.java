package io.luhproc.supervisor;

import io.luhproc.service.RestartIntensity;
import io.luhproc.service.RestartStrategy;
import java.util.List;

/**
 * By what rules the processes of a service live.
 *
 * @param processes those of each, in the order of the service; at least one
 * @param strategy whom a restart concerns
 * @param intensity how many restarts it bears
 */
record ServiceRules(
    List<LifeRules> processes, RestartStrategy strategy, RestartIntensity intensity) {

  ServiceRules {
    processes = List.copyOf(processes);
    if (processes.isEmpty()) {
      throw new IllegalArgumentException("processes (" + processes + ") must be one or more");
    }
  }
}
