package io.luhproc.supervisor.engine;

import io.luhproc.health.HealthState;
import io.luhproc.health.HealthStatus;
import io.luhproc.limits.LimitReport;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.service.Cause;
import io.luhproc.service.DependencyGraph;
import io.luhproc.service.NoSuchServiceException;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.SupervisorEvent;
import io.luhproc.service.SupervisorEvent.HealthChanged;
import io.luhproc.service.SupervisorEvent.LimitsChanged;
import io.luhproc.service.SupervisorEvent.OutOfMemory;
import io.luhproc.service.SupervisorEvent.ProcessAdopted;
import io.luhproc.service.SupervisorEvent.ProcessChanged;
import io.luhproc.service.SupervisorEvent.ProcessExited;
import io.luhproc.service.SupervisorEvent.ProcessLaunched;
import io.luhproc.supervisor.runtime.ProcessInstance;
import io.luhproc.supervisor.state.DependencyState;
import io.luhproc.supervisor.state.FsmEvent;
import io.luhproc.supervisor.state.RunningProcess;
import io.luhproc.time.TimeSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * All services as they run, and how they wait for each other. Belongs to the supervisor's thread:
 * whatever runs there is followed by {@link #propagate()}, and by {@link #publish()} before anybody
 * is to see it.
 */
public final class ServiceManager implements ServiceListener {
  private final Consumer<SupervisorEvent> eventSink;
  private final StatusStore statuses;
  private final Map<String, ManagedService> services = new LinkedHashMap<>();
  private final Set<ManagedService> dirty = new LinkedHashSet<>();
  private final Set<ManagedService> unpublished = new LinkedHashSet<>();
  // Whether there are other services, or other dependencies, than those that everybody sees.
  private boolean graphChanged;
  private DependencyGraph graph = DependencyGraph.of(List.of());
  private DependencyConditions conditions = new DependencyConditions(graph, this::service);
  private final TimeSource time;
  private final BooleanSupplier isOwnerThread;

  /**
   * Creates one without services.
   *
   * @param isOwnerThread whether the calling thread is the supervisor's
   */
  public ServiceManager(
      StatusStore statuses,
      Consumer<SupervisorEvent> eventSink,
      TimeSource time,
      BooleanSupplier isOwnerThread) {
    this.statuses = statuses;
    this.eventSink = eventSink;
    this.time = time;
    this.isOwnerThread = isOwnerThread;
  }

  // The set of services.

  /**
   * Returns the graph with some services added or replaced.
   *
   * @throws IllegalArgumentException when they do not fit in
   */
  DependencyGraph graphWith(Collection<ServiceSpec> specs) {
    Map<String, ServiceSpec> all = specs();
    specs.forEach(spec -> all.put(spec.name(), spec));
    return DependencyGraph.of(all.values());
  }

  /**
   * Returns the graph without a service.
   *
   * @throws IllegalArgumentException when another one names it
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

  /** Goes on by another graph; its services must be those that are there. */
  void graph(DependencyGraph next) {
    assertOwner();
    markNeighboursDirty();
    graphChanged = true;
    graph = next;
    conditions = new DependencyConditions(next, this::service);
  }

  /** Who was a neighbour may be none in the next graph, and is concerned by that all the same. */
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

  ManagedService add(ServiceSpec spec, List<ProcessInstance> instances, EngineContext context) {
    assertOwner();
    ManagedService service = new ManagedService(spec, instances, context, this);
    services.put(spec.name(), service);
    graphChanged = true;
    markDirty(service);
    return service;
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

  /** Returns whether it is one of the services, and not one that was. */
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

  public Collection<ManagedService> services() {
    return services.values();
  }

  // What is wanted.

  /** Starts some processes of a service, after all that it requires and wants. */
  void start(ProcessSelector target, String reason) {
    startWithDependencies(target, new FsmEvent.Start(indexes(target), reason), reason);
  }

  /** Restarts those that are up and starts the others, after all that the service requires. */
  void restart(ProcessSelector target, String reason) {
    startWithDependencies(target, new FsmEvent.Restart(indexes(target), reason), reason);
  }

  private Set<Integer> indexes(ProcessSelector target) {
    return ProcessSelector.indexes(target.select(service(target.service())));
  }

  private void startWithDependencies(
      ProcessSelector target, FsmEvent.Request request, String reason) {
    for (String name : graph.startClosure(target.service())) {
      ManagedService service = service(name);
      graph
          .conflicts(name)
          .forEach(conflicting -> stopAfterDependents(conflicting, "in conflict with " + name));
      updateDependencies(service);
      if (name.equals(target.service())) {
        service.requestUp(request, reason);
      } else {
        String need = "needed by " + target.service();
        service.requestUp(new FsmEvent.Start(service.toStartAsDependency(), need), need);
      }
    }
  }

  /** Stops a service as soon as all that requires it is down, which is stopped too. */
  void stopAfterDependents(String service, String reason) {
    stopDependents(service);
    service(service).deferStop(reason);
  }

  /** Stops all that requires a service. */
  void stopDependents(String service) {
    graph.stopClosure(service).stream()
        .filter(name -> !name.equals(service))
        .forEach(name -> service(name).deferStop("requires " + service + ", which is stopped"));
  }

  // How they wait for each other.

  /** Moves gates and does stops that were waiting, until nothing follows from anything. */
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
    if (service.deferredStop().isEmpty()) {
      return;
    }
    if (areStopped(graph.dependents(service.name()))) {
      service.runDeferredStop();
    } else {
      service.stopInactiveProcesses();
    }
  }

  private void updateDependencies(ManagedService service) {
    DependencyState dependencies = conditions.evaluate(service.name());
    if (!dependencies.equals(service.fsmState().dependencies())) {
      service.handle(new FsmEvent.DependenciesChanged(dependencies));
    }
  }

  /** What cannot be ended does not keep up what it requires. */
  private boolean areStopped(Set<String> services) {
    return services.stream().allMatch(name -> service(name).isStoppedOrUnkillable());
  }

  /** Shows everybody what has changed, and then completes what was waited for. */
  public void publish() {
    // Not before there is something: a loop may be idle before all is put together.
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

  // What has happened.

  @Override
  public void markDirty(ManagedService service) {
    assertOwner();
    // What is told late of a service that was removed concerns nobody.
    if (contains(service)) {
      dirty.add(service);
      unpublished.add(service);
    }
  }

  @Override
  public void stateChanged(
      ManagedService service,
      ManagedProcess process,
      ProcessState from,
      ProcessState to,
      Cause cause) {
    eventSink.accept(new ProcessChanged(now(), service.name(), name(process), from, to, cause));
  }

  @Override
  public void launched(ManagedService service, ManagedProcess process, RunningProcess running) {
    statuses.addPid(running.identity(), service.name(), name(process));
    String reason = service.fsmState().processes().get(process.index()).cause().detail();
    eventSink.accept(
        new ProcessLaunched(
            now(), service.name(), name(process), running.identity().pid(), reason));
  }

  @Override
  public void adopted(
      ManagedService service, ManagedProcess process, RunningProcess running, String origin) {
    long pid = running.identity().pid();
    statuses.addPid(running.identity(), service.name(), name(process));
    eventSink.accept(new ProcessAdopted(now(), service.name(), name(process), pid, origin));
  }

  @Override
  public void exited(
      ManagedService service, ManagedProcess process, ProcessIdentity identity, Cause cause) {
    statuses.removePid(identity);
    if (cause.kind() == Cause.Kind.OUT_OF_MEMORY) {
      eventSink.accept(new OutOfMemory(now(), service.name(), name(process), cause.detail()));
    }
    eventSink.accept(
        new ProcessExited(now(), service.name(), name(process), identity.pid(), cause));
  }

  @Override
  public void healthChanged(ManagedService service, ManagedProcess process, HealthState tally) {
    boolean healthy = tally.status() == HealthStatus.HEALTHY;
    eventSink.accept(
        new HealthChanged(now(), service.name(), name(process), healthy, HealthText.detail(tally)));
  }

  @Override
  public void terminated(ProcessIdentity identity) {
    statuses.removePid(identity);
  }

  @Override
  public void limitsChanged(ManagedService service, ManagedProcess process, LimitReport limits) {
    eventSink.accept(new LimitsChanged(now(), service.name(), name(process), limits.toString()));
  }

  private void assertOwner() {
    assert isOwnerThread.getAsBoolean() : Thread.currentThread() + " must not touch services";
  }

  /** Tells everybody who listens. */
  void publishEvent(SupervisorEvent event) {
    eventSink.accept(event);
  }

  private Instant now() {
    return time.now();
  }

  private static String name(ManagedProcess process) {
    return process.instance().name();
  }
}
