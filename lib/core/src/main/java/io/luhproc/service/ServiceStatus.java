package io.luhproc.service;

import java.util.List;
import java.util.Optional;

/**
 * What was known of a service at one moment.
 *
 * @param name its name
 * @param state the state of all its processes together: {@code FAILED} if one has failed, else
 *     {@code STOPPING}, {@code BLOCKED}, {@code STARTING}, {@code BACKOFF}, {@code RUNNING}, {@code
 *     EXITED} if one is that, else {@code INACTIVE}
 * @param cause why it is in this state, where there is more to say than that somebody wanted it
 * @param blockedOn the services that it waits for, in their order
 * @param processes its processes, replicas one by one, in the order of the spec
 */
public record ServiceStatus(
    String name,
    ProcessState state,
    Optional<Cause> cause,
    List<String> blockedOn,
    List<ProcessStatus> processes) {

  /** Copies the lists. */
  public ServiceStatus {
    blockedOn = List.copyOf(blockedOn);
    processes = List.copyOf(processes);
  }

  /**
   * Returns one of its processes.
   *
   * @throws NoSuchServiceException when it has none of this name
   */
  public ProcessStatus process(String process) {
    return processes.stream()
        .filter(it -> it.name().equals(process))
        .findFirst()
        .orElseThrow(
            () ->
                NoSuchServiceException.ofProcess(
                    name, process, processes.stream().map(ProcessStatus::name).toList()));
  }
}
