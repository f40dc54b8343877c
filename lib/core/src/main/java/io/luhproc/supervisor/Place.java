package io.luhproc.supervisor;

import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ServiceSpec;
import java.util.concurrent.Executor;

/**
 * One process of a service, as what is done for it needs to know it. Immutable; an update makes
 * another one.
 *
 * @param service the service
 * @param spec the process
 * @param instance its name, that of the replica where there are several
 * @param home its process directory
 * @param lane runs slow work for it, one thing after the other
 */
record Place(ServiceSpec service, ProcessSpec spec, String instance, Home home, Executor lane) {

  /** Returns the same process by another spec. */
  Place with(ServiceSpec newService, ProcessSpec newSpec) {
    return new Place(newService, newSpec, instance, home, lane);
  }

  /** Returns whether both stand for the same process, by whichever specs. */
  boolean isSame(Place other) {
    return instance.equals(other.instance) && home.key().equals(other.home.key());
  }

  @Override
  public String toString() {
    return service.name() + "/" + instance;
  }
}
