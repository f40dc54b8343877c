package io.luhproc.supervisor;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.service.DependencyGraph;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** What everybody may read at any time without a lock; written by the supervisor's thread only. */
final class Board {
  private final Map<Long, ProcessRef> byPid = new ConcurrentHashMap<>();
  private volatile Map<String, ServiceStatus> byName = Map.of();
  private volatile DependencyGraph graph = DependencyGraph.of(List.of());

  /** Replaces the snapshot by one of these units, in their order. */
  void publish(Collection<Unit> units) {
    Map<String, ServiceStatus> next = new LinkedHashMap<>(units.size() * 2);
    for (Unit unit : units) {
      next.put(unit.name(), unit.status());
    }
    byName = next;
  }

  void graph(DependencyGraph next) {
    graph = next;
  }

  DependencyGraph graph() {
    return graph;
  }

  void living(ProcessIdentity who, String service, String process) {
    byPid.put(who.pid(), new ProcessRef(service, process, who));
  }

  /** Forgets a process that has ended, unless its pid has been given to another of ours. */
  void ended(ProcessIdentity who) {
    byPid.computeIfPresent(who.pid(), (pid, known) -> known.identity().equals(who) ? null : known);
  }

  SupervisorStatus status() {
    return new SupervisorStatus(new ArrayList<>(byName.values()));
  }

  /** Returns the names of all services, in the order in which they were added. */
  List<String> names() {
    return List.copyOf(byName.keySet());
  }

  ServiceStatus status(String service) {
    Map<String, ServiceStatus> now = byName;
    ServiceStatus found = now.get(service);
    if (found == null) {
      throw NoSuchServiceException.ofService(service, now.keySet());
    }
    return found;
  }

  Optional<ProcessRef> find(long pid) {
    return Optional.ofNullable(byPid.get(pid));
  }
}
