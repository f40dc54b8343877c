package io.luhproc.service;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Snapshot of the status of a service.
 *
 * @param name the name of the service
 * @param state the combined state of all processes: {@code FAILED} if one has failed, else the
 *     first of {@code STOPPING}, {@code BLOCKED}, {@code STARTING}, {@code BACKOFF}, {@code
 *     RUNNING} and {@code EXITED} that one of them has, else {@code INACTIVE}
 * @param cause why the service is in this state; empty if it was simply requested
 * @param blockedOn the services that this one waits for, sorted
 * @param processes the processes, each replica on its own, in the order of the specification
 * @since 0.1
 */
public record ServiceStatus(
    String name,
    ProcessState state,
    Optional<Cause> cause,
    List<String> blockedOn,
    List<ProcessStatus> processes) {
  private static final String FIRST_REPLICA = "-1";

  /** Creates a status. */
  public ServiceStatus {
    blockedOn = List.copyOf(blockedOn);
    processes = List.copyOf(processes);
  }

  /**
   * Returns the status of a process. If the number of replicas was changed from or to one, the
   * first replica keeps its name, {@code web} or {@code web-1}, and is found by both.
   *
   * @param process the name of the process, or of a replica
   * @throws NoSuchServiceException if the service has no process of this name
   */
  public ProcessStatus process(String process) {
    return named(process)
        .or(() -> isOnlyReplica(process) ? named(process + FIRST_REPLICA) : Optional.empty())
        .or(
            () ->
                process.endsWith(FIRST_REPLICA)
                    ? named(process.substring(0, process.length() - FIRST_REPLICA.length()))
                    : Optional.empty())
        .orElseThrow(
            () ->
                NoSuchServiceException.ofProcess(
                    name, process, processes.stream().map(ProcessStatus::name).toList()));
  }

  private Optional<ProcessStatus> named(String process) {
    return processes.stream().filter(status -> status.name().equals(process)).findFirst();
  }

  private boolean isOnlyReplica(String process) {
    return processes.stream().filter(it -> it.name().startsWith(process + "-")).count() == 1;
  }

  /** Returns one short line, such as {@code shop running [web running (pid 4711)]}. */
  @Override
  public String toString() {
    return name + " " + state.name().toLowerCase(Locale.ROOT) + " " + processes;
  }
}
