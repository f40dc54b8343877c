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
  private volatile Snapshot now = new Snapshot(Map.of(), DependencyGraph.of(List.of()));

  /**
   * What belongs together.
   *
   * @param byName all services, in the order in which they were added
   * @param graph how they depend on each other
   */
  private record Snapshot(Map<String, ServiceStatus> byName, DependencyGraph graph) {
    ServiceStatus status(String service) {
      ServiceStatus found = byName.get(service);
      if (found == null) {
        throw NoSuchServiceException.ofService(service, byName.keySet());
      }
      return found;
    }
  }

  /** Replaces the snapshot by one of these units, in their order. */
  void publish(Collection<Unit> units, DependencyGraph graph) {
    Map<String, ServiceStatus> next = new LinkedHashMap<>(units.size() * 2);
    for (Unit unit : units) {
      next.put(unit.name(), unit.status());
    }
    now = new Snapshot(next, graph);
  }

  void living(ProcessIdentity who, String service, String process) {
    byPid.put(who.pid(), new ProcessRef(service, process, who));
  }

  /** Forgets a process that has ended, unless its pid has been given to another of ours. */
  void ended(ProcessIdentity who) {
    byPid.computeIfPresent(who.pid(), (pid, known) -> known.identity().equals(who) ? null : known);
  }

  SupervisorStatus status() {
    return new SupervisorStatus(new ArrayList<>(now.byName().values()));
  }

  /** Returns sentences about what is known of all services at this moment. */
  Explanation explanation() {
    Snapshot seen = now;
    return new Explanation(seen.byName().keySet(), seen.graph(), seen::status);
  }

  ServiceStatus status(String service) {
    return now.status(service);
  }

  Optional<ProcessRef> find(long pid) {
    return Optional.ofNullable(byPid.get(pid));
  }
}
