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

/**
 * The dependencies between the services of a supervisor, without unknown names and cycles.
 * Immutable.
 *
 * @since 0.1
 */
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
   * Returns the graph of services.
   *
   * @throws IllegalArgumentException if two services have the same name, a service depends on
   *     itself, on an unknown service or on two that conflict, or {@code after} and {@code
   *     requires} contain a cycle; the message lists the cycle
   */
  public static DependencyGraph of(Collection<ServiceSpec> specs) {
    Map<String, Dependencies> services = new LinkedHashMap<>();
    for (ServiceSpec spec : specs) {
      if (services.put(spec.name(), spec.dependencies()) != null) {
        throw new IllegalArgumentException(
            "service (" + spec.name() + ") must be defined only once");
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

  /** A service that requires two conflicting services could never start. */
  private void checkConflicts(String service) {
    Set<String> required = closure(service, name -> dependenciesOf(name).requires());
    for (String requiredName : required) {
      for (String other : conflicts(requiredName)) {
        if (required.contains(other)) {
          throw new IllegalArgumentException(
              "service ("
                  + service
                  + ") must not require both "
                  + requiredName
                  + " and "
                  + other
                  + ", which conflict; remove one 'requires' or 'conflicts'");
        }
      }
    }
  }

  private void checkNames(String service) {
    for (String other : dependenciesOf(service).allNames()) {
      if (other.equals(service)) {
        throw new IllegalArgumentException(
            "service (" + service + ") must not depend on itself or conflict with itself");
      }
      if (!services.containsKey(other)) {
        throw new IllegalArgumentException(
            "service ("
                + service
                + ") depends on "
                + other
                + ", which is unknown; add it first or together with it, or remove the dependency");
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
          "dependencies must not form a cycle: "
              + String.join(" -> ", cycle)
              + "; remove one 'after' or 'requires' from it");
    }
    if (!done.contains(service)) {
      path.add(service);
      dependenciesOf(service).startsAfter().forEach(next -> visit(next, path, done));
      path.remove(path.size() - 1);
      done.add(service);
      startOrder.add(service);
    }
  }

  /** Returns whether a service is in this graph. */
  public boolean contains(String service) {
    return services.containsKey(service);
  }

  /**
   * Returns the dependencies of a service.
   *
   * @throws IllegalArgumentException if the service is not in this graph
   */
  public Dependencies dependenciesOf(String service) {
    Dependencies dependencies = services.get(service);
    if (dependencies == null) {
      throw new IllegalArgumentException("service (" + service + ") must be in the graph");
    }
    return dependencies;
  }

  /** Returns all services, each after the services that it waits for. */
  public List<String> startOrder() {
    return List.copyOf(startOrder);
  }

  /** Returns the services that directly require a service. */
  public Set<String> dependents(String service) {
    return dependents.getOrDefault(service, Set.of());
  }

  /** Returns the services that conflict with a service, whichever of the two declares it. */
  public Set<String> conflicts(String service) {
    return conflicts.getOrDefault(service, Set.of());
  }

  /** Returns whether a service declares any dependency on another, or a conflict with it. */
  public boolean references(String service, String other) {
    return dependenciesOf(service).allNames().contains(other);
  }

  /** Returns the services to re-evaluate when the state of a service changes. */
  public Set<String> affectedBy(String service) {
    Set<String> names = new TreeSet<>(orderedDependents.getOrDefault(service, Set.of()));
    names.addAll(conflicts(service));
    names.addAll(dependenciesOf(service).requires());
    return names;
  }

  /** Returns a service and all services that start with it, in start order. */
  public List<String> startClosure(String service) {
    return inStartOrder(closure(service, this::startDependencies));
  }

  private Set<String> startDependencies(String service) {
    Set<String> names = new TreeSet<>(dependenciesOf(service).requires());
    names.addAll(dependenciesOf(service).wants());
    return names;
  }

  /** Returns a service and all services that require it, directly or not, in start order. */
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
