package io.luhproc.supervisor.engine;

import io.luhproc.directory.ProcessRoot;
import io.luhproc.limits.ResourceLimits;
import io.luhproc.service.Cause;
import io.luhproc.service.DependencyGraph;
import io.luhproc.service.NoSuchServiceException;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ServiceFailedException;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.SupervisorEvent.ServiceAdded;
import io.luhproc.service.SupervisorEvent.ServiceRemoved;
import io.luhproc.service.SupervisorEvent.ServiceUpdated;
import io.luhproc.supervisor.runtime.ProcessInstance;
import io.luhproc.supervisor.runtime.ProcessLocation;
import io.luhproc.supervisor.state.FsmEvent;
import io.luhproc.supervisor.state.RecoveredProcess;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.LoggerFactory;

/** Which services there are. */
public final class ServiceRegistry {
  private final ServiceManager services;
  private final SupervisorLoop loop;
  private final EngineContext context;
  private final ProcessRoot root;

  public ServiceRegistry(
      ServiceManager services, SupervisorLoop loop, EngineContext context, ProcessRoot root) {
    this.services = services;
    this.loop = loop;
    this.context = context;
    this.root = root;
  }

  // Add.

  public void add(List<ServiceSpec> specs) {
    DependencyGraph ignored = loop.callAndWait(() -> checkSpecs(specs));
    List<NewService> newServices = specs.stream().map(this::newService).toList();
    List<ProcessInstance> instances =
        newServices.stream().flatMap(it -> it.instances().stream()).toList();
    // The disk is read on the caller's thread; nobody else may have the directories. Of all at
    // once: none is added where a directory is refused, and one look shows what lives.
    List<RecoveredProcess> recovered = context.runtime().recover(instances);
    boolean done =
        loop.callAndWait(
            () -> {
              DependencyGraph graph = checkSpecs(specs);
              newServices.forEach(this::add);
              services.graph(graph);
              recover(newServices, recovered.iterator());
              return true;
            });
    assert done;
  }

  /** A service that is about to be added, and its processes. */
  private record NewService(ServiceSpec spec, List<ProcessInstance> instances) {}

  private NewService newService(ServiceSpec spec) {
    List<ProcessInstance> instances = new ArrayList<>();
    instances(spec, instances::add);
    return new NewService(spec, instances);
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

  private void instances(ServiceSpec spec, Consumer<ProcessInstance> each) {
    for (ProcessSpec process : spec.processes()) {
      for (String instance : process.instanceNames()) {
        ProcessLocation home = ProcessLocation.of(root, spec, process, instance);
        each.accept(
            new ProcessInstance(
                spec,
                process,
                instance,
                home,
                context.runtime().executorFor(home.directory().path())));
      }
    }
  }

  private void add(NewService added) {
    ManagedService ignored = services.add(added.spec(), added.instances(), context);
    services.publishEvent(
        new ServiceAdded(context.timeSource().now(), added.spec().name(), "asked for"));
  }

  private void recover(List<NewService> newServices, Iterator<RecoveredProcess> recovered) {
    for (NewService added : newServices) {
      services
          .service(added.spec().name())
          .processes()
          .forEach(process -> process.recover(recovered.next()));
    }
  }

  // Remove.

  public CompletableFuture<ServiceStatus> remove(String service) {
    return loop.callAndWait(
        () -> {
          ManagedService managed = services.service(service);
          DependencyGraph ignored = services.graphWithout(service);
          CompletableFuture<ServiceStatus> reply = loop.open();
          services.stopAfterDependents(service, "it is removed");
          loop.whenStopped(
              managed, names(managed.processes()), reply, () -> discard(managed, reply));
          return reply;
        });
  }

  private void discard(ManagedService service, CompletableFuture<ServiceStatus> reply) {
    checkRegistered(service);
    if (!service.isStopped()) {
      String message = service.name() + " was not removed: it was started meanwhile";
      throw new ServiceFailedException(message, Cause.requested("started meanwhile"));
    }
    ServiceStatus last = service.status();
    services.remove(service);
    services.publishEvent(
        new ServiceRemoved(context.timeSource().now(), service.name(), "asked for"));
    List<CompletableFuture<String>> each =
        service.processes().stream().map(process -> delete(process.instance())).toList();
    CompletableFuture<Void> ignored =
        CompletableFuture.allOf(each.toArray(CompletableFuture<?>[]::new))
            .thenRun(() -> completeRemoval(last, failures(each), reply));
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

  private CompletableFuture<String> delete(ProcessInstance instance) {
    CompletableFuture<String> done = new CompletableFuture<>();
    context.runtime().delete(instance, done::complete);
    return done;
  }

  private static Set<String> names(List<ManagedProcess> processes) {
    Set<String> names = new HashSet<>();
    processes.forEach(process -> names.add(process.instance().name()));
    return names;
  }

  // Update.

  public CompletableFuture<ServiceStatus> update(ServiceSpec spec) {
    return loop.callAndWait(
        () -> {
          ManagedService service = services.service(spec.name());
          DependencyGraph ignored = services.graphWith(List.of(spec));
          CompletableFuture<ServiceStatus> reply = loop.open();
          service.enqueueUpdate(() -> beginUpdate(service, spec, reply));
          return reply;
        });
  }

  /** Stops what is no longer in the service; the next update begins when this one has been done. */
  private void beginUpdate(
      ManagedService service, ServiceSpec spec, CompletableFuture<ServiceStatus> reply) {
    Set<String> names = new HashSet<>();
    if (!loop.tryRun(() -> names.addAll(stopRemoved(service, spec)), reply)) {
      service.finishUpdate();
      return;
    }
    loop.whenStopped(
        service,
        names,
        failure -> {
          if (failure.isPresent()) {
            loop.fail(reply, failure.get());
          } else {
            boolean ignored = loop.tryRun(() -> applyUpdate(service, spec, reply), reply);
          }
          service.finishUpdate();
        });
  }

  private Set<String> stopRemoved(ManagedService service, ServiceSpec spec) {
    checkRegistered(service);
    List<ManagedProcess> gone = removedProcesses(service, instances(service, spec));
    Set<Integer> indexes = new HashSet<>();
    gone.forEach(process -> indexes.add(process.index()));
    if (service.isExpectedUp()) {
      service.markRestartPending();
    }
    service.handle(new FsmEvent.Stop(indexes, "it is no longer in the service"));
    return names(gone);
  }

  /** Returns the places of a new spec: those that stay where they are keep their lane. */
  private List<ProcessInstance> instances(ManagedService service, ServiceSpec spec) {
    List<ProcessInstance> instances = new ArrayList<>();
    instances(
        spec,
        processInstance -> {
          Optional<ManagedProcess> kept = service.findProcess(processInstance);
          instances.add(
              kept.map(it -> it.instance().withSpec(spec, processInstance.spec()))
                  .orElse(processInstance));
        });
    return instances;
  }

  private static List<ManagedProcess> removedProcesses(
      ManagedService service, List<ProcessInstance> instances) {
    return service.processes().stream()
        .filter(process -> instances.stream().noneMatch(process.instance()::isSameProcess))
        .toList();
  }

  private void applyUpdate(
      ManagedService service, ServiceSpec spec, CompletableFuture<ServiceStatus> reply) {
    checkRegistered(service);
    DependencyGraph graph = services.graphWith(List.of(spec));
    List<ProcessInstance> instances = instances(service, spec);
    List<ManagedProcess> gone = removedProcesses(service, instances);
    if (!service.isStopped(gone)) {
      String message = service.name() + " was not updated: what is to go was started meanwhile";
      throw new ServiceFailedException(message, Cause.requested("started meanwhile"));
    }
    Set<String> restarted = processesToRestart(service, instances);
    Set<String> added = addedProcesses(service, instances);
    List<ProcessInstance> previous =
        service.processes().stream().map(ManagedProcess::instance).toList();
    boolean up = service.isExpectedUp();
    service.applySpec(spec, instances);
    services.graph(graph);
    gone.forEach(this::discard);
    List<CompletableFuture<Void>> applied = applyLive(service, previous);
    List<String> changed = new ArrayList<>(restarted);
    changed.addAll(added);
    services.publishEvent(
        new ServiceUpdated(context.timeSource().now(), service.name(), changed, "asked for"));
    Set<String> names = startChanged(service, restarted, up ? added : Set.of());
    CompletableFuture<Void> ignored =
        CompletableFuture.allOf(applied.toArray(CompletableFuture<?>[]::new))
            .thenRun(
                () ->
                    loop.awaitDesiredState(
                        service, DesiredStateWaiter.DesiredState.UP, names, reply));
  }

  private static Set<String> processesToRestart(
      ManagedService service, List<ProcessInstance> instances) {
    Set<String> names = new HashSet<>();
    for (ProcessInstance instance : instances) {
      boolean needed =
          service
              .findProcess(instance)
              .filter(it -> needsRestart(it.instance(), instance))
              .isPresent();
      if (needed) {
        names.add(instance.name());
      }
    }
    return names;
  }

  private static Set<String> addedProcesses(
      ManagedService service, List<ProcessInstance> instances) {
    Set<String> names = new HashSet<>();
    instances.stream()
        .filter(instance -> service.findProcess(instance).isEmpty())
        .forEach(instance -> names.add(instance.name()));
    return names;
  }

  private void discard(ManagedProcess process) {
    process.detach();
    CompletableFuture<Void> ignored =
        delete(process.instance())
            .thenAccept(failure -> warnDeleteFailed(process.instance(), failure));
  }

  private static void warnDeleteFailed(ProcessInstance instance, String failure) {
    if (!failure.isEmpty()) {
      LoggerFactory.getLogger(ServiceRegistry.class)
          .warn("what is left of {} stays: {}", instance, failure);
    }
  }

  private void checkRegistered(ManagedService service) {
    if (!services.contains(service)) {
      throw NoSuchServiceException.ofService(
          service.name(), services.services().stream().map(ManagedService::name).toList());
    }
  }

  private static boolean needsRestart(ProcessInstance before, ProcessInstance after) {
    return after.spec().needsRestartFrom(before.spec())
        || !before.service().directory().equals(after.service().directory())
        || !before.service().environment().equals(after.service().environment());
  }

  /** What takes effect in a process that lives: limits, and how its health is checked. */
  private static List<CompletableFuture<Void>> applyLive(
      ManagedService service, List<ProcessInstance> previous) {
    List<CompletableFuture<Void>> applied = new ArrayList<>();
    for (ManagedProcess process : service.processes()) {
      Optional<ProcessSpec> before =
          previous.stream()
              .filter(process.instance()::isSameProcess)
              .map(ProcessInstance::spec)
              .findFirst();
      if (before.isPresent() && process.running().isPresent()) {
        applied.add(applyLive(process, before.get()));
      }
    }
    return applied;
  }

  private static CompletableFuture<Void> applyLive(ManagedProcess process, ProcessSpec before) {
    ProcessSpec now = process.instance().spec();
    ResourceLimits limits = now.limits().resources();
    if (!now.health().equals(before.health())) {
      process.restartHealthCheck();
    }
    if (!now.limits().maxMemoryRestart().equals(before.limits().maxMemoryRestart())) {
      process.restartMemoryMonitor();
    }
    return limits.equals(before.limits().resources())
        ? CompletableFuture.completedFuture(null)
        : process.applyLimits();
  }

  /** Returns the names of those that are to be up in the end. */
  private Set<String> startChanged(
      ManagedService service, Set<String> restarted, Set<String> started) {
    Set<Integer> again = new HashSet<>();
    Set<String> names = new HashSet<>(started);
    for (ManagedProcess process : service.processes()) {
      String name = process.instance().name();
      if (restarted.contains(name) && service.isDesiredUp(process)) {
        again.add(process.index());
        names.add(name);
      }
    }
    String reason = "its service was updated";
    if (!again.isEmpty()) {
      service.handle(new FsmEvent.Restart(again, reason));
    }
    if (!started.isEmpty()) {
      services.start(ProcessSelector.of(service.name(), List.copyOf(started)), reason);
    }
    return names;
  }
}
