package io.luhproc.supervisor.state;

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
public record ServicePolicy(
    List<ProcessPolicy> processes, RestartStrategy strategy, RestartIntensity intensity) {

  public ServicePolicy {
    processes = List.copyOf(processes);
    if (processes.isEmpty()) {
      throw new IllegalArgumentException("processes (" + processes + ") must be one or more");
    }
  }
}
