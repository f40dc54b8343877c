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
  private final Map<String, Set<String>> rivals = new HashMap<>();
  private final Map<String, Set<String>> followers = new HashMap<>();
  private final List<String> order = new ArrayList<>();

  private DependencyGraph(Map<String, Dependencies> services) {
    this.services = services;
    services.forEach(this::link);
  }

  private void link(String service, Dependencies dependencies) {
    dependencies.requires().forEach(other -> add(dependents, other, service));
    dependencies.ordering().forEach(other -> add(followers, other, service));
    for (String other : dependencies.conflicts()) {
      add(rivals, other, service);
      add(rivals, service, other);
    }
  }

  private static void add(Map<String, Set<String>> map, String key, String value) {
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
    graph.sort();
    if (!graph.rivals.isEmpty()) {
      services.keySet().forEach(graph::checkRivals);
    }
    return graph;
  }

  /** One that needs two that never run together could never start. */
  private void checkRivals(String service) {
    Set<String> needed = closure(service, name -> of(name).requires());
    for (String one : needed) {
      for (String other : conflicts(one)) {
        if (needed.contains(other)) {
          throw new IllegalArgumentException(
              "service ("
                  + service
                  + ") must not need both "
                  + one
                  + " and "
                  + other
                  + ", which are in conflict; take one 'requires' or 'conflicts' out");
        }
      }
    }
  }

  private void checkNames(String service) {
    for (String other : of(service).all()) {
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

  private void sort() {
    Set<String> done = new HashSet<>();
    for (String service : services.keySet()) {
      visit(service, new ArrayList<>(), done);
    }
  }

  private void visit(String service, List<String> path, Set<String> done) {
    int at = path.indexOf(service);
    if (at >= 0) {
      List<String> cycle = new ArrayList<>(path.subList(at, path.size()));
      cycle.add(service);
      throw new IllegalArgumentException(
          "services must not wait for each other: "
              + String.join(" -> ", cycle)
              + "; take one 'after' or 'requires' of these out");
    }
    if (!done.contains(service)) {
      path.add(service);
      of(service).ordering().forEach(next -> visit(next, path, done));
      path.remove(path.size() - 1);
      done.add(service);
      order.add(service);
    }
  }

  /** Returns whether a service is in this graph. */
  public boolean has(String service) {
    return services.containsKey(service);
  }

  /** Returns the dependencies of a service of this graph. */
  public Dependencies of(String service) {
    Dependencies found = services.get(service);
    if (found == null) {
      throw new IllegalArgumentException("service (" + service + ") must be in the graph");
    }
    return found;
  }

  /** Returns all services, each after those that it waits for. */
  public List<String> order() {
    return List.copyOf(order);
  }

  /** Returns the services that require one directly. */
  public Set<String> dependents(String service) {
    return dependents.getOrDefault(service, Set.of());
  }

  /** Returns the services that one is in conflict with, whichever of the two says so. */
  public Set<String> conflicts(String service) {
    return rivals.getOrDefault(service, Set.of());
  }

  /** Returns whether a service depends in any way on another, or is in conflict with it. */
  public boolean names(String service, String other) {
    return of(service).all().contains(other);
  }

  /** Returns the services that are concerned when one changes its state. */
  public Set<String> neighbours(String service) {
    Set<String> names = new TreeSet<>(followers.getOrDefault(service, Set.of()));
    names.addAll(conflicts(service));
    names.addAll(of(service).requires());
    return names;
  }

  /** Returns a service and all that start with it, each after those that it waits for. */
  public List<String> startedWith(String service) {
    return sorted(closure(service, this::needs));
  }

  private Set<String> needs(String service) {
    Set<String> names = new TreeSet<>(of(service).requires());
    names.addAll(of(service).wants());
    return names;
  }

  /** Returns a service and all that must be stopped before it: what requires it, and so on. */
  public List<String> stoppedWith(String service) {
    return sorted(closure(service, this::dependents));
  }

  private List<String> sorted(Set<String> names) {
    return names.size() == 1 ? List.copyOf(names) : order.stream().filter(names::contains).toList();
  }

  private static Set<String> closure(String start, Function<String, Set<String>> next) {
    Set<String> found = new HashSet<>();
    List<String> open = new ArrayList<>(List.of(start));
    while (!open.isEmpty()) {
      String name = open.remove(open.size() - 1);
      if (found.add(name)) {
        open.addAll(next.apply(name));
      }
    }
    return found;
  }
}
