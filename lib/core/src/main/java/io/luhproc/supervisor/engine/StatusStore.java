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

/** What everybody may read at any time without a lock; written by the supervisor's thread only. */
public final class StatusStore {
  private final Map<Long, ProcessRef> byPid = new ConcurrentHashMap<>();
  private volatile Snapshot current =
      new Snapshot(List.of(), Map.of(), DependencyGraph.of(List.of()));

  /**
   * What belongs together.
   *
   * @param statuses of all services, in the order in which they were added
   * @param positions where each is among these
   * @param graph how they depend on each other
   */
  private record Snapshot(
      List<ServiceStatus> statuses, Map<String, Integer> positions, DependencyGraph graph) {
    ServiceStatus status(String service) {
      return statuses.get(position(service));
    }

    private int position(String service) {
      Integer place = positions.get(service);
      if (place == null) {
        throw NoSuchServiceException.ofService(service, positions.keySet());
      }
      return place;
    }
  }

  /** Replaces the snapshot by one of these units, in their order. */
  void publish(Collection<ManagedService> services, DependencyGraph graph) {
    Map<String, Integer> places = new LinkedHashMap<>(services.size() * 2);
    List<ServiceStatus> statuses = new ArrayList<>(services.size());
    for (ManagedService service : services) {
      places.put(service.name(), statuses.size());
      statuses.add(service.status());
    }
    current = new Snapshot(statuses, places, graph);
  }

  /** Shows some units anew, all of which are shown: that of a thousand one changed costs little. */
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

  /** Forgets a process that has ended, unless its pid has been given to another of ours. */
  void removePid(ProcessIdentity identity) {
    byPid.computeIfPresent(
        identity.pid(), (pid, known) -> known.identity().equals(identity) ? null : known);
  }

  public SupervisorStatus status() {
    return new SupervisorStatus(current.statuses());
  }

  /** Returns sentences about what is known of all services at this moment. */
  public StatusText statusText() {
    Snapshot seen = current;
    return new StatusText(seen.positions().keySet(), seen.graph(), seen::status);
  }

  public ServiceStatus status(String service) {
    return current.status(service);
  }

  public Optional<ProcessRef> find(long pid) {
    return Optional.ofNullable(byPid.get(pid));
  }
}
