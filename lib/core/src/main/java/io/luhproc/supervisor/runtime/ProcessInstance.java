package io.luhproc.supervisor.runtime;

import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ServiceSpec;
import java.util.concurrent.Executor;

/**
 * One process of a service, as what is done for it needs to know it. Immutable; an update makes
 * another one.
 *
 * @param service the service
 * @param spec the process
 * @param name its name, that of the replica where there are several
 * @param location its process directory
 * @param executor runs slow work for it, one thing after the other
 */
public record ProcessInstance(
    ServiceSpec service,
    ProcessSpec spec,
    String name,
    ProcessLocation location,
    Executor executor) {

  /** Returns the same process by another spec. */
  public ProcessInstance withSpec(ServiceSpec newService, ProcessSpec newSpec) {
    return new ProcessInstance(newService, newSpec, name, location, executor);
  }

  /** Returns whether both stand for the same process, by whichever specs. */
  public boolean isSameProcess(ProcessInstance other) {
    return name.equals(other.name) && location.key().equals(other.location.key());
  }

  @Override
  public String toString() {
    return service.name() + "/" + name;
  }
}
