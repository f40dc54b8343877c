package io.luhproc.supervisor.engine;

import io.luhproc.service.Cause;
import io.luhproc.service.DependencyGraph;
import io.luhproc.service.NoSuchServiceException;
import io.luhproc.service.OrphanProcess;
import io.luhproc.service.ServiceFailedException;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.SupervisorEvent.ServiceAdded;
import io.luhproc.service.SupervisorEvent.ServiceRemoved;
import io.luhproc.service.SupervisorEvent.ServiceUpdated;
import io.luhproc.supervisor.runtime.FormerProcesses;
import io.luhproc.supervisor.state.Effect;
import io.luhproc.supervisor.state.FsmEvent;
import io.luhproc.supervisor.state.ProcessFsmState;
import io.luhproc.supervisor.state.ProcessInstance;
import io.luhproc.supervisor.state.RecoveredProcess;
import io.luhproc.supervisor.state.ServiceFsmState.DesiredState;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Adds, updates and removes services. */
public final class ServiceRegistry {
  private static final String REQUESTED = "asked for";

  private final ServiceManager services;
  private final SupervisorLoop loop;
  private final EngineContext context;
  // Confined to the supervisor's thread: the futures of pending updates, by update number.
  private final Map<Long, CompletableFuture<ServiceStatus>> updateReplies = new HashMap<>();
  private long lastUpdate;

  public ServiceRegistry(ServiceManager services, EngineContext context) {
    this.services = services;
    this.loop = context.loop();
    this.context = context;
  }

  // Add.

  /** Adds services, and recovers what a former supervisor left of their processes. */
  public void add(List<ServiceSpec> specs) {
    DependencyGraph ignored = loop.callAndWait(() -> checkSpecs(specs));
    FormerProcesses former = context.runtime().former();
    List<ProcessInstance> instances =
        specs.stream()
            .flatMap(spec -> ProcessInstance.of(spec, former::hasDirectory).stream())
            .toList();
    former.stopSurplus(instances);
    // Reads the disk on the caller's thread, for all services at once: no service is added if a
    // directory is refused, and one scan finds all live processes.
    List<RecoveredProcess> recovered = context.runtime().recover(instances);
    boolean done =
        loop.callAndWait(
            () -> {
              DependencyGraph graph = checkSpecs(specs);
              specs.forEach(spec -> add(spec, instances));
              services.graph(graph);
              // Dependencies must be known before the recovery launches a process.
              services.propagate();
              recover(instances, recovered);
              services.stopAdoptedInConflict(specs.stream().map(ServiceSpec::name).toList());
              return true;
            });
    assert done;
  }

  private DependencyGraph checkSpecs(List<ServiceSpec> specs) {
    Set<String> names = new HashSet<>();
    services.services().forEach(service -> names.add(service.name()));
    for (ServiceSpec spec : specs) {
      if (!names.add(spec.name())) {
        throw new IllegalArgumentException(
            "service (" + spec.name() + ") must be there once only; update it, or remove it first");
      }
    }
    return services.graphWith(specs);
  }

  private void add(ServiceSpec spec, List<ProcessInstance> all) {
    List<ProcessInstance> own = all.stream().filter(it -> it.service().equals(spec)).toList();
    services.add(new ManagedService(spec, own, context, services, this::performUpdate));
    context.events().accept(new ServiceAdded(context.timeSource().now(), spec.name(), REQUESTED));
  }

  private void recover(List<ProcessInstance> instances, List<RecoveredProcess> recovered) {
    for (int i = 0; i < instances.size(); i++) {
      if (!recovered.get(i).equals(RecoveredProcess.NONE)) {
        ProcessInstance instance = instances.get(i);
        services.service(instance.service().name()).recover(instance.name(), recovered.get(i));
      }
    }
  }

  // Remove.

  /** Stops a service after its dependents, and removes it with its directories. */
  public CompletableFuture<ServiceStatus> remove(String service) {
    return loop.callAndWait(
        () -> {
          ManagedService managed = services.service(service);
          DependencyGraph ignored = services.graphWithout(service);
          CompletableFuture<ServiceStatus> reply = loop.newFuture();
          services.stopAfterDependents(service, "it is removed");
          loop.whenStopped(
              managed,
              managed.fsmState().names(),
              context.runtime(),
              failure -> loop.fail(reply, failure),
              () -> discard(managed, reply));
          return reply;
        });
  }

  private void discard(ManagedService service, CompletableFuture<ServiceStatus> reply) {
    checkRegistered(service);
    if (!service.fsmState().isStopped()) {
      String message = service.name() + " was not removed: it was started meanwhile";
      throw new ServiceFailedException(message, Cause.requested("started meanwhile"));
    }
    ServiceStatus last = service.status();
    services.remove(service);
    context
        .events()
        .accept(new ServiceRemoved(context.timeSource().now(), service.name(), REQUESTED));
    List<CompletableFuture<String>> each =
        service.fsmState().processes().stream()
            .map(ProcessFsmState::instance)
            .map(this::delete)
            .toList();
    CompletableFuture<Void> ignored =
        CompletableFuture.allOf(each.toArray(CompletableFuture<?>[]::new))
            .thenRun(() -> completeRemoval(last, failures(each), reply));
  }

  private CompletableFuture<String> delete(ProcessInstance instance) {
    CompletableFuture<String> done = new CompletableFuture<>();
    context.runtime().delete(instance, done::complete);
    return done;
  }

  private static String failures(List<CompletableFuture<String>> each) {
    return each.stream()
        .map(CompletableFuture::join)
        .filter(it -> !it.isEmpty())
        .collect(Collectors.joining("; "));
  }

  private void completeRemoval(
      ServiceStatus last, String failures, CompletableFuture<ServiceStatus> reply) {
    if (failures.isEmpty()) {
      loop.complete(reply, last);
    } else {
      String message = last.name() + " is removed, but not all of its directories: " + failures;
      loop.fail(reply, new ServiceFailedException(message, new Cause(Cause.Kind.UNKNOWN, message)));
    }
  }

  private void checkRegistered(ManagedService service) {
    if (!services.contains(service)) {
      throw NoSuchServiceException.ofService(
          service.name(), services.services().stream().map(ManagedService::name).toList());
    }
  }

  /**
   * Stops a process that a former supervisor launched for a service that was not added.
   *
   * @throws IllegalArgumentException when it belongs to a service
   */
  public CompletableFuture<Void> stopOrphan(OrphanProcess orphan) {
    boolean owned =
        context.statuses().status().services().stream()
            .flatMap(service -> service.processes().stream())
            .anyMatch(process -> process.directory().equals(orphan.directory()));
    if (owned) {
      throw new IllegalArgumentException(
          "orphan (" + orphan.directory() + ") must not belong to a service; stop the service");
    }
    return context.runtime().former().stop(orphan);
  }

  // Update. The state machine keeps updates in order, and stops the processes that the first one
  // removes.

  /** Replaces the spec of a service. */
  public CompletableFuture<ServiceStatus> update(ServiceSpec spec) {
    return loop.callAndWait(
        () -> {
          ManagedService service = services.service(spec.name());
          DependencyGraph ignored = services.graphWith(List.of(spec));
          CompletableFuture<ServiceStatus> reply = loop.newFuture();
          lastUpdate++;
          updateReplies.put(lastUpdate, reply);
          service.handle(new FsmEvent.UpdateRequested(lastUpdate, spec));
          return reply;
        });
  }

  private void performUpdate(ManagedService service, Effect effect) {
    if (effect instanceof Effect.UpdateReady ready) {
      loop.execute(() -> apply(service, ready.update()));
    } else if (effect instanceof Effect.UpdateFailed failed) {
      fail(failed.id(), new ServiceFailedException(failed.message(), failed.cause()));
    } else if (effect instanceof Effect.SpecApplied applied) {
      context
          .events()
          .accept(
              new ServiceUpdated(
                  context.timeSource().now(), service.name(), applied.changed(), REQUESTED));
      loop.execute(() -> complete(service, applied));
    }
  }

  private void fail(long update, Throwable failure) {
    CompletableFuture<ServiceStatus> reply = updateReplies.remove(update);
    if (reply != null) {
      loop.fail(reply, failure);
    }
  }

  /**
   * Applies an update, once no service is alive that it brings into conflict. Checks it again,
   * because the graph may have changed since the request.
   */
  private void apply(ManagedService service, FsmEvent.UpdateRequested update) {
    if (!updateReplies.containsKey(update.id())) {
      return;
    }
    try {
      checkRegistered(service);
      DependencyGraph graph = services.graphWith(List.of(update.spec()));
      Optional<ManagedService> inTheWay = services.stopForNewConflict(graph, service);
      if (inTheWay.isPresent()) {
        loop.whenStopped(
            inTheWay.get(),
            inTheWay.get().fsmState().names(),
            context.runtime(),
            failure -> abandon(service, update, failure),
            () -> apply(service, update));
        return;
      }
      service.markDirty();
      services.graph(graph);
      service.handle(
          new FsmEvent.SpecChanged(
              update.id(), services.evaluateDependencies(graph, service.name())));
    } catch (RuntimeException e) {
      abandon(service, update, e);
    }
  }

  private void abandon(ManagedService service, FsmEvent.UpdateRequested update, Throwable failure) {
    fail(update.id(), failure);
    loop.execute(() -> service.handle(new FsmEvent.UpdateAbandoned(update.id())));
  }

  /**
   * Starts what added and restarted processes require, stops what conflicts with them, and
   * completes the caller's future once all are up.
   */
  private void complete(ManagedService service, Effect.SpecApplied applied) {
    CompletableFuture<ServiceStatus> reply = updateReplies.remove(applied.id());
    if (reply == null) {
      return;
    }
    // A stop may have been requested since.
    boolean up = service.fsmState().desiredState() == DesiredState.UP;
    if (up && !applied.toRun().isEmpty() && services.contains(service)) {
      services.request(service.name(), new FsmEvent.Start(Set.of(), "its service was updated"));
    }
    CompletableFuture<Void> ignored =
        service
            .limitChanges()
            .thenRun(
                () ->
                    loop.awaitProcesses(
                        service, Waiter.Goal.UP, applied.toRun(), context.runtime(), reply));
  }
}
