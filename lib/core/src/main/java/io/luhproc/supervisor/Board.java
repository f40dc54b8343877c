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
  private volatile Snapshot now = new Snapshot(List.of(), Map.of(), DependencyGraph.of(List.of()));

  /**
   * What belongs together.
   *
   * @param statuses of all services, in the order in which they were added
   * @param places where each is among these
   * @param graph how they depend on each other
   */
  private record Snapshot(
      List<ServiceStatus> statuses, Map<String, Integer> places, DependencyGraph graph) {
    ServiceStatus status(String service) {
      return statuses.get(place(service));
    }

    private int place(String service) {
      Integer place = places.get(service);
      if (place == null) {
        throw NoSuchServiceException.ofService(service, places.keySet());
      }
      return place;
    }
  }

  /** Replaces the snapshot by one of these units, in their order. */
  void publish(Collection<Unit> units, DependencyGraph graph) {
    Map<String, Integer> places = new LinkedHashMap<>(units.size() * 2);
    List<ServiceStatus> statuses = new ArrayList<>(units.size());
    for (Unit unit : units) {
      places.put(unit.name(), statuses.size());
      statuses.add(unit.status());
    }
    now = new Snapshot(statuses, places, graph);
  }

  /** Shows some units anew, all of which are shown: that of a thousand one changed costs little. */
  void renew(Collection<Unit> changed) {
    Snapshot before = now;
    List<ServiceStatus> statuses = new ArrayList<>(before.statuses());
    for (Unit unit : changed) {
      statuses.set(before.place(unit.name()), unit.status());
    }
    now = new Snapshot(statuses, before.places(), before.graph());
  }

  void living(ProcessIdentity who, String service, String process) {
    byPid.put(who.pid(), new ProcessRef(service, process, who));
  }

  /** Forgets a process that has ended, unless its pid has been given to another of ours. */
  void ended(ProcessIdentity who) {
    byPid.computeIfPresent(who.pid(), (pid, known) -> known.identity().equals(who) ? null : known);
  }

  SupervisorStatus status() {
    return new SupervisorStatus(now.statuses());
  }

  /** Returns sentences about what is known of all services at this moment. */
  Explanation explanation() {
    Snapshot seen = now;
    return new Explanation(seen.places().keySet(), seen.graph(), seen::status);
  }

  ServiceStatus status(String service) {
    return now.status(service);
  }

  Optional<ProcessRef> find(long pid) {
    return Optional.ofNullable(byPid.get(pid));
  }
}
