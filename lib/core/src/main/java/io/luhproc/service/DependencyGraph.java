package io.luhproc.service;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** The dependencies of a whole set of services: no unknown name, and no cycle. Immutable. */
public final class DependencyGraph {
  private final Map<String, Dependencies> services;
  private final Map<String, Set<String>> dependents = new HashMap<>();
  private final Map<String, Set<String>> conflicts = new HashMap<>();
  private final Map<String, Set<String>> orderedDependents = new HashMap<>();
  private final List<String> startOrder = new ArrayList<>();

  private DependencyGraph(Map<String, Dependencies> services) {
    this.services = services;
    services.forEach(this::addEdges);
  }

  private void addEdges(String service, Dependencies dependencies) {
    dependencies.requires().forEach(other -> addEdge(dependents, other, service));
    dependencies.startsAfter().forEach(other -> addEdge(orderedDependents, other, service));
    for (String other : dependencies.conflicts()) {
      addEdge(conflicts, other, service);
      addEdge(conflicts, service, other);
    }
  }

  private static void addEdge(Map<String, Set<String>> map, String key, String value) {
    map.computeIfAbsent(key, name -> new TreeSet<>()).add(value);
  }

  /**
   * Checks services together and returns their graph.
   *
   * @throws IllegalArgumentException when two have one name, one names a service that there is not
   *     or itself, or a cycle of {@code after} and {@code requires} would keep all in it from ever
   *     starting; the message spells the cycle out
   */
  public static DependencyGraph of(Collection<ServiceSpec> specs) {
    Map<String, Dependencies> services = new LinkedHashMap<>();
    for (ServiceSpec spec : specs) {
      if (services.put(spec.name(), spec.dependencies()) != null) {
        throw new IllegalArgumentException("service (" + spec.name() + ") must be there once only");
      }
    }
    DependencyGraph graph = new DependencyGraph(services);
    services.keySet().forEach(graph::checkNames);
    graph.topologicalSort();
    if (!graph.conflicts.isEmpty()) {
      services.keySet().forEach(graph::checkConflicts);
    }
    return graph;
  }

  /** One that needs two that never run together could never start. */
  private void checkConflicts(String service) {
    Set<String> required = closure(service, name -> of(name).requires());
    for (String requiredName : required) {
      for (String other : conflicts(requiredName)) {
        if (required.contains(other)) {
          throw new IllegalArgumentException(
              "service ("
                  + service
                  + ") must not need both "
                  + requiredName
                  + " and "
                  + other
                  + ", which are in conflict; take one 'requires' or 'conflicts' out");
        }
      }
    }
  }

  private void checkNames(String service) {
    for (String other : of(service).allNames()) {
      if (other.equals(service)) {
        throw new IllegalArgumentException(
            "service (" + service + ") must not depend on itself or be in conflict with itself");
      }
      if (!services.containsKey(other)) {
        throw new IllegalArgumentException(
            "service ("
                + service
                + ") names "
                + other
                + ", which is not there; add it first or together with it, or take the name out");
      }
    }
  }

  private void topologicalSort() {
    Set<String> done = new HashSet<>();
    for (String service : services.keySet()) {
      visit(service, new ArrayList<>(), done);
    }
  }

  private void visit(String service, List<String> path, Set<String> done) {
    int cycleStart = path.indexOf(service);
    if (cycleStart >= 0) {
      List<String> cycle = new ArrayList<>(path.subList(cycleStart, path.size()));
      cycle.add(service);
      throw new IllegalArgumentException(
          "services must not wait for each other: "
              + String.join(" -> ", cycle)
              + "; take one 'after' or 'requires' of these out");
    }
    if (!done.contains(service)) {
      path.add(service);
      of(service).startsAfter().forEach(next -> visit(next, path, done));
      path.remove(path.size() - 1);
      done.add(service);
      startOrder.add(service);
    }
  }

  /** Returns whether a service is in this graph. */
  public boolean contains(String service) {
    return services.containsKey(service);
  }

  /** Returns the dependencies of a service of this graph. */
  public Dependencies of(String service) {
    Dependencies dependencies = services.get(service);
    if (dependencies == null) {
      throw new IllegalArgumentException("service (" + service + ") must be in the graph");
    }
    return dependencies;
  }

  /** Returns all services, each after those that it waits for. */
  public List<String> startOrder() {
    return List.copyOf(startOrder);
  }

  /** Returns the services that require one directly. */
  public Set<String> dependents(String service) {
    return dependents.getOrDefault(service, Set.of());
  }

  /** Returns the services that one is in conflict with, whichever of the two says so. */
  public Set<String> conflicts(String service) {
    return conflicts.getOrDefault(service, Set.of());
  }

  /** Returns whether a service depends in any way on another, or is in conflict with it. */
  public boolean references(String service, String other) {
    return of(service).allNames().contains(other);
  }

  /** Returns the services that are concerned when one changes its state. */
  public Set<String> affectedBy(String service) {
    Set<String> names = new TreeSet<>(orderedDependents.getOrDefault(service, Set.of()));
    names.addAll(conflicts(service));
    names.addAll(of(service).requires());
    return names;
  }

  /** Returns a service and all that start with it, each after those that it waits for. */
  public List<String> startClosure(String service) {
    return inStartOrder(closure(service, this::startDependencies));
  }

  private Set<String> startDependencies(String service) {
    Set<String> names = new TreeSet<>(of(service).requires());
    names.addAll(of(service).wants());
    return names;
  }

  /** Returns a service and all that must be stopped before it: what requires it, and so on. */
  public List<String> stopClosure(String service) {
    return inStartOrder(closure(service, this::dependents));
  }

  private List<String> inStartOrder(Set<String> names) {
    return names.size() == 1
        ? List.copyOf(names)
        : startOrder.stream().filter(names::contains).toList();
  }

  private static Set<String> closure(String start, Function<String, Set<String>> next) {
    Set<String> reached = new HashSet<>();
    List<String> pending = new ArrayList<>(List.of(start));
    while (!pending.isEmpty()) {
      String name = pending.remove(pending.size() - 1);
      if (reached.add(name)) {
        pending.addAll(next.apply(name));
      }
    }
    return reached;
  }
}
