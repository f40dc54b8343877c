package io.luhproc.supervisor.engine;

import io.luhproc.service.DependencyGraph;
import io.luhproc.service.NoSuchServiceException;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ServiceSpec;
import io.luhproc.supervisor.state.DependencyConditions;
import io.luhproc.supervisor.state.DependencyState;
import io.luhproc.supervisor.state.FsmEvent;
import io.luhproc.supervisor.state.ServiceFsmState;
import io.luhproc.supervisor.state.ServiceFsmState.DesiredState;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * All services, and their dependency graph. Confined to the supervisor's thread. After each body
 * that runs there, {@link #propagate()} re-evaluates the neighbours of changed services. {@link
 * #publish()} publishes the changes before it completes the futures of callers.
 */
public final class ServiceManager {
  private final StatusStore statuses;
  private final BooleanSupplier isOwnerThread;
  private final Map<String, ManagedService> services = new LinkedHashMap<>();
  private final Set<ManagedService> dirty = new LinkedHashSet<>();
  private final Set<ManagedService> unpublished = new LinkedHashSet<>();
  // Whether the set of services, or their graph, differs from the published one.
  private boolean graphChanged;
  private DependencyGraph graph = DependencyGraph.of(List.of());

  /**
   * Creates a manager without services.
   *
   * @param isOwnerThread whether the calling thread is the supervisor's
   */
  public ServiceManager(StatusStore statuses, BooleanSupplier isOwnerThread) {
    this.statuses = statuses;
    this.isOwnerThread = isOwnerThread;
  }

  // The set of services.

  /**
   * Returns the graph with some services added or replaced.
   *
   * @throws IllegalArgumentException when a dependency is unknown or the graph has a cycle
   */
  DependencyGraph graphWith(Collection<ServiceSpec> specs) {
    Map<String, ServiceSpec> all = specs();
    specs.forEach(spec -> all.put(spec.name(), spec));
    return DependencyGraph.of(all.values());
  }

  /**
   * Returns the graph without a service.
   *
   * @throws IllegalArgumentException when another service refers to it
   */
  DependencyGraph graphWithout(String service) {
    Map<String, ServiceSpec> all = specs();
    all.remove(service);
    List<String> referencing =
        all.values().stream()
            .filter(it -> graph.references(it.name(), service))
            .map(ServiceSpec::name)
            .toList();
    if (!referencing.isEmpty()) {
      String others = String.join(", ", referencing);
      throw new IllegalArgumentException(
          "service ("
              + service
              + ") must stay while "
              + others
              + " names it; remove or update "
              + others
              + " first");
    }
    return DependencyGraph.of(all.values());
  }

  private Map<String, ServiceSpec> specs() {
    Map<String, ServiceSpec> all = new LinkedHashMap<>();
    services.values().forEach(service -> all.put(service.name(), service.spec()));
    return all;
  }

  /** Replaces the graph; its services must be those of this manager. */
  void graph(DependencyGraph next) {
    assertOwner();
    markNeighboursDirty();
    graphChanged = true;
    graph = next;
  }

  /** Also re-evaluates services whose edge to a changed service is about to be removed. */
  private void markNeighboursDirty() {
    for (ManagedService service : List.copyOf(dirty)) {
      if (graph.contains(service.name())) {
        graph.affectedBy(service.name()).stream()
            .map(services::get)
            .filter(Objects::nonNull)
            .forEach(dirty::add);
      }
    }
  }

  DependencyGraph graph() {
    return graph;
  }

  void add(ManagedService service) {
    assertOwner();
    services.put(service.name(), service);
    graphChanged = true;
    markDirty(service);
  }

  void remove(ManagedService service) {
    assertOwner();
    DependencyGraph without = graphWithout(service.name());
    markDirty(service);
    services.remove(service.name());
    graph(without);
    dirty.remove(service);
    unpublished.remove(service);
    service.detach();
    service.failAllWaiters(NoSuchServiceException.ofService(service.name(), services.keySet()));
    publishStatus(services.values());
  }

  /** Returns whether a service has not been removed. */
  boolean contains(ManagedService service) {
    return services.get(service.name()) == service;
  }

  /**
   * Returns a service.
   *
   * @throws NoSuchServiceException when there is none of this name
   */
  ManagedService service(String service) {
    ManagedService found = services.get(service);
    if (found == null) {
      throw NoSuchServiceException.ofService(service, services.keySet());
    }
    return found;
  }

  /** Returns all services, in the order of their addition. */
  public Collection<ManagedService> services() {
    return services.values();
  }

  // Requests that concern more than one service.

  /**
   * Starts or restarts processes of a service. First starts all services that it requires or wants,
   * and stops those in conflict.
   */
  void request(String service, FsmEvent.UpRequest request) {
    for (String name : graph.startClosure(service)) {
      if (name.equals(service)) {
        request(service(name), request);
      } else {
        startAsDependency(name, service);
      }
    }
  }

  private void startAsDependency(String name, String dependent) {
    ManagedService next = service(name);
    String need = "needed by " + dependent;
    request(next, new FsmEvent.Start(next.fsmState().toStartAsDependency(), need));
  }

  private void request(ManagedService service, FsmEvent.UpRequest request) {
    String conflict = conflictReason(service.name());
    graph.conflicts(service.name()).forEach(other -> stopAfterDependents(other, conflict));
    updateDependencies(service);
    service.handle(request);
  }

  /**
   * Makes way for a service in a graph in which it has new conflicts. Returns a service that must
   * stop first: a conflicting one, or the service itself if it is on its way down. Empty if none of
   * both is alive or about to be launched.
   */
  Optional<ManagedService> stopForNewConflict(DependencyGraph by, ManagedService service) {
    if (service.fsmState().isStopped()) {
      return Optional.empty();
    }
    Optional<ManagedService> conflicting =
        by.conflicts(service.name()).stream()
            .filter(other -> !graph.conflicts(service.name()).contains(other))
            .map(this::service)
            .filter(other -> !other.fsmState().isStopped())
            .findFirst();
    if (conflicting.isPresent() && service.fsmState().desiredState() == DesiredState.DOWN) {
      return Optional.of(service);
    }
    conflicting.ifPresent(it -> stopAfterDependents(it.name(), conflictReason(service.name())));
    return conflicting;
  }

  /** Stops those of the services, just adopted, that conflict with one that was added earlier. */
  void stopAdoptedInConflict(Collection<String> adopted) {
    for (String name : adopted) {
      for (ManagedService earlier : services.values()) {
        if (earlier.name().equals(name)) {
          break;
        }
        boolean both = isWanted(earlier) && isWanted(service(name));
        if (both && graph.conflicts(name).contains(earlier.name())) {
          stopAfterDependents(name, conflictReason(earlier.name()));
        }
      }
    }
  }

  private static boolean isWanted(ManagedService service) {
    return !service.fsmState().isStopped()
        && service.fsmState().desiredState() != DesiredState.DOWN;
  }

  private static String conflictReason(String service) {
    return "in conflict with " + service;
  }

  /** Stops all services that require a service, and then the service. */
  void stopAfterDependents(String service, String reason) {
    stopDependents(service);
    service(service).handle(new FsmEvent.StopDeferred(reason, Set.of()));
  }

  /** Stops all services that require a service. */
  void stopDependents(String service) {
    for (ManagedService dependent : dependents(service)) {
      dependent.handle(new FsmEvent.StopDeferred(stopReason(service), Set.of()));
    }
  }

  /**
   * Restarts a service and those of its dependents that are up: each stops after its dependents,
   * and starts again after what it requires.
   */
  void restartAfterDependents(String service) {
    Set<String> restarted = new LinkedHashSet<>(graph.stopClosure(service));
    for (ManagedService dependent : dependents(service)) {
      Set<String> restart = dependent.fsmState().expectedUp();
      String reason = "restart of " + service + ", which it requires";
      dependent.handle(new FsmEvent.StopDeferred(reason, restart));
      if (restart.isEmpty()) {
        restarted.remove(dependent.name());
      }
    }
    ManagedService target = service(service);
    target.handle(new FsmEvent.StopDeferred("restart", target.fsmState().names()));
    for (String name : restarted) {
      String conflict = conflictReason(name);
      graph.conflicts(name).forEach(other -> stopAfterDependents(other, conflict));
      graph.startClosure(name).stream()
          .filter(other -> !restarted.contains(other))
          .forEach(other -> startAsDependency(other, name));
    }
  }

  private static String stopReason(String service) {
    return "requires " + service + ", which is stopped";
  }

  /** Returns all services that require a service, directly or not. */
  List<ManagedService> dependents(String service) {
    return graph.stopClosure(service).stream()
        .filter(name -> !name.equals(service))
        .map(this::service)
        .toList();
  }

  /** Notifies all dependents of a service. */
  void notifyDependents(ManagedService service, Consumer<ManagedService> notification) {
    if (contains(service) && !graph.dependents(service.name()).isEmpty()) {
      dependents(service.name()).forEach(notification);
    }
  }

  /** Returns whether a service is stopped, at least in part, and no request starts it. */
  boolean isInactive(String service) {
    ServiceFsmState state = service(service).fsmState();
    return state.state() == ProcessState.INACTIVE
        || (state.desiredState() != DesiredState.RESTARTING && !state.stoppedParts().isEmpty());
  }

  // Dependencies.

  /** Re-evaluates changed services and their neighbours until nothing changes. */
  void propagate() {
    assertOwner();
    while (!dirty.isEmpty()) {
      ManagedService service = dirty.iterator().next();
      dirty.remove(service);
      reevaluate(service);
      for (String neighbour : graph.affectedBy(service.name())) {
        reevaluate(service(neighbour));
      }
    }
  }

  private void reevaluate(ManagedService service) {
    updateDependencies(service);
    ServiceFsmState state = service.fsmState();
    if (state.deferredStop().isEmpty()) {
      return;
    }
    if (areGone(graph.dependents(service.name()))) {
      service.handle(new FsmEvent.DependentsStopped());
    } else if (state.hasInactiveDesiredUp() && state.desiredState() == DesiredState.DOWN) {
      service.handle(new FsmEvent.DependentsRunning());
    }
  }

  private void updateDependencies(ManagedService service) {
    DependencyState dependencies = evaluateDependencies(graph, service.name());
    if (!dependencies.equals(service.fsmState().dependencies())) {
      service.handle(new FsmEvent.DependenciesChanged(dependencies));
    }
  }

  /** Evaluates whether the dependencies of a service in a graph allow it to start. */
  DependencyState evaluateDependencies(DependencyGraph by, String service) {
    return DependencyConditions.evaluate(by, service, name -> service(name).fsmState());
  }

  /**
   * Returns whether no dependent is alive. One that waits for its launch waits for the service,
   * too. An unkillable dependent does not keep a service up.
   */
  private boolean areGone(Set<String> names) {
    return names.stream().allMatch(name -> service(name).fsmState().isGoneOrUnkillable());
  }

  /** Publishes all changes, and then completes the waiters that are done. */
  public void publish() {
    // The loop may be idle before the supervisor is fully constructed.
    if (!unpublished.isEmpty()) {
      assertOwner();
      List<ManagedService> changed = new ArrayList<>(unpublished);
      unpublished.clear();
      publishStatus(changed);
      changed.forEach(ManagedService::completeWaiters);
    }
  }

  private void publishStatus(Collection<ManagedService> changed) {
    if (graphChanged) {
      graphChanged = false;
      statuses.publish(services.values(), graph);
    } else {
      statuses.update(changed);
    }
  }

  void markDirty(ManagedService service) {
    assertOwner();
    // Late events of a removed service do not affect others.
    if (contains(service)) {
      dirty.add(service);
      unpublished.add(service);
    }
  }

  private void assertOwner() {
    assert isOwnerThread.getAsBoolean()
        : "services must be touched by the supervisor's thread, not by " + Thread.currentThread();
  }
}
