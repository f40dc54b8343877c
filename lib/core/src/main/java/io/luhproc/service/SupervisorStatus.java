package io.luhproc.service;

import java.util.List;

/**
 * Snapshot of the status of all services.
 *
 * @param services the services in the order in which they were added
 * @since 0.1
 */
public record SupervisorStatus(List<ServiceStatus> services) {

  /** Creates a status. */
  public SupervisorStatus {
    services = List.copyOf(services);
  }

  /**
   * Returns the status of a service.
   *
   * @param name the name of the service
   * @throws NoSuchServiceException if there is no service of this name
   */
  public ServiceStatus service(String name) {
    return services.stream()
        .filter(service -> service.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                NoSuchServiceException.ofService(
                    name, services.stream().map(ServiceStatus::name).toList()));
  }
}
