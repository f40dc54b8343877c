package io.luhproc.supervisor.engine;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.service.DependencyGraph;
import io.luhproc.service.NoSuchServiceException;
import io.luhproc.service.ProcessRef;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.SupervisorStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The published status of all services. The supervisor's thread writes it, and any thread reads it
 * without a lock.
 */
public final class StatusStore {
  private final Map<Long, ProcessRef> byPid = new ConcurrentHashMap<>();
  private volatile Snapshot current =
      new Snapshot(List.of(), Map.of(), DependencyGraph.of(List.of()));

  /**
   * A snapshot, which is replaced as a whole.
   *
   * @param statuses of all services, in the order in which they were added
   * @param positions the index of each service in {@code statuses}
   * @param graph how they depend on each other
   */
  private record Snapshot(
      List<ServiceStatus> statuses, Map<String, Integer> positions, DependencyGraph graph) {
    ServiceStatus status(String service) {
      return statuses.get(position(service));
    }

    private int position(String service) {
      Integer position = positions.get(service);
      if (position == null) {
        throw NoSuchServiceException.ofService(service, positions.keySet());
      }
      return position;
    }
  }

  /** Replaces the whole snapshot; the services are in the given order. */
  void publish(Collection<ManagedService> services, DependencyGraph graph) {
    Map<String, Integer> byName = new LinkedHashMap<>(services.size() * 2);
    List<ServiceStatus> statuses = new ArrayList<>(services.size());
    for (ManagedService service : services) {
      byName.put(service.name(), statuses.size());
      statuses.add(service.status());
    }
    current = new Snapshot(statuses, byName, graph);
  }

  /**
   * Replaces the status of some services. Copies only a list, so one change among a thousand
   * services is cheap.
   */
  void update(Collection<ManagedService> changed) {
    Snapshot before = current;
    List<ServiceStatus> statuses = new ArrayList<>(before.statuses());
    for (ManagedService service : changed) {
      statuses.set(before.position(service.name()), service.status());
    }
    current = new Snapshot(statuses, before.positions(), before.graph());
  }

  void addPid(ProcessIdentity identity, String service, String process) {
    byPid.put(identity.pid(), new ProcessRef(service, process, identity));
  }

  /** Removes an exited process, unless its pid was reused by a later process. */
  void removePid(ProcessIdentity identity) {
    byPid.computeIfPresent(
        identity.pid(), (pid, known) -> known.identity().equals(identity) ? null : known);
  }

  /** Returns the published status of all services. */
  public SupervisorStatus status() {
    return new SupervisorStatus(current.statuses());
  }

  /** Returns a description of the current snapshot. */
  public StatusText statusText() {
    Snapshot snapshot = current;
    return new StatusText(snapshot.positions().keySet(), snapshot.graph(), snapshot::status);
  }

  /** Returns the published status of a service. */
  public ServiceStatus status(String service) {
    return current.status(service);
  }

  /** Returns the process that has a pid. */
  public Optional<ProcessRef> find(long pid) {
    return Optional.ofNullable(byPid.get(pid));
  }
}
