package io.luhproc.service;

import java.util.List;

/**
 * What was known of all services at one moment.
 *
 * @param services in the order in which they were added
 */
public record SupervisorStatus(List<ServiceStatus> services) {

  /** Copies the list. */
  public SupervisorStatus {
    services = List.copyOf(services);
  }

  /**
   * Returns one of the services.
   *
   * @throws NoSuchServiceException when there is none of this name
   */
  public ServiceStatus service(String name) {
    return services.stream()
        .filter(it -> it.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                NoSuchServiceException.ofService(
                    name, services.stream().map(ServiceStatus::name).toList()));
  }
}
