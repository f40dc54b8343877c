package io.luhproc.supervisor.engine;

import io.luhproc.process.Signal;
import io.luhproc.service.Cause;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ServiceFailedException;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.SupervisorStatus;
import io.luhproc.supervisor.state.FsmEvent;
import io.luhproc.supervisor.state.RunningProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What people want of services that are there. */
public final class ServiceOperations {
  private static final String REQUESTED = "asked for";

  private final StatusStore statuses;
  private final ServiceManager services;
  private final SupervisorLoop loop;
  private final EngineContext context;

  public ServiceOperations(
      StatusStore statuses, ServiceManager services, SupervisorLoop loop, EngineContext context) {
    this.statuses = statuses;
    this.services = services;
    this.loop = loop;
    this.context = context;
  }

  public CompletableFuture<ServiceStatus> start(ProcessSelector target) {
    target.checkNames(statuses.status(target.service()));
    return loop.submit(reply -> start(target, REQUESTED, reply));
  }

  private void start(
      ProcessSelector target, String reason, CompletableFuture<ServiceStatus> reply) {
    services.start(target, reason);
    ManagedService service = services.service(target.service());
    loop.awaitDesiredState(
        service,
        DesiredStateWaiter.DesiredState.UP,
        ProcessSelector.names(target.select(service)),
        reply);
  }

  public CompletableFuture<ServiceStatus> stop(ProcessSelector target) {
    target.checkNames(statuses.status(target.service()));
    return loop.submit(reply -> stop(target, reply));
  }

  private void stop(ProcessSelector target, CompletableFuture<ServiceStatus> reply) {
    ManagedService service = services.service(target.service());
    Set<ManagedProcess> processes = target.select(service);
    if (target.selectsAll()) {
      services.stopAfterDependents(target.service(), REQUESTED);
    } else {
      service.handle(new FsmEvent.Stop(ProcessSelector.indexes(processes), REQUESTED));
    }
    loop.awaitDesiredState(
        service, DesiredStateWaiter.DesiredState.DOWN, ProcessSelector.names(processes), reply);
  }

  public CompletableFuture<ServiceStatus> kill(ProcessSelector target) {
    target.checkNames(statuses.status(target.service()));
    return loop.submit(
        reply -> {
          ManagedService service = services.service(target.service());
          Set<ManagedProcess> processes = target.select(service);
          if (target.selectsAll()) {
            services.stopDependents(target.service());
            service.kill(REQUESTED);
          } else {
            service.handle(new FsmEvent.Kill(ProcessSelector.indexes(processes), REQUESTED));
          }
          loop.awaitDesiredState(
              service,
              DesiredStateWaiter.DesiredState.DOWN,
              ProcessSelector.names(processes),
              reply);
        });
  }

  public CompletableFuture<ServiceStatus> restart(ProcessSelector target) {
    target.checkNames(statuses.status(target.service()));
    return loop.submit(reply -> restart(target, reply));
  }

  private void restart(ProcessSelector target, CompletableFuture<ServiceStatus> reply) {
    ManagedService service = services.service(target.service());
    Set<String> names = ProcessSelector.names(target.select(service));
    List<ManagedService> dependents =
        target.selectsAll() ? runningDependents(target.service()) : List.of();
    if (dependents.isEmpty()) {
      services.restart(target, REQUESTED);
      loop.awaitDesiredState(service, DesiredStateWaiter.DesiredState.UP, names, reply);
    } else {
      services.stopAfterDependents(target.service(), "restart");
      service.markRestartPending();
      dependents.forEach(ManagedService::markRestartPending);
      loop.whenStopped(service, names, reply, () -> startAfterRestart(service, dependents, reply));
    }
  }

  private List<ManagedService> runningDependents(String service) {
    return services.graph().stopClosure(service).stream()
        .filter(name -> !name.equals(service))
        .map(services::service)
        .filter(it -> it.isExpectedUp() || !it.isStoppedOrUnkillable())
        .toList();
  }

  private void startAfterRestart(
      ManagedService service,
      List<ManagedService> dependents,
      CompletableFuture<ServiceStatus> reply) {
    // Whoever was stopped or removed meanwhile stays so.
    List<ManagedService> again =
        dependents.stream().filter(it -> services.contains(it) && it.isExpectedUp()).toList();
    if (services.contains(service) && service.isExpectedUp()) {
      start(ProcessSelector.of(service.name()), "restart", reply);
      again.forEach(
          it -> services.start(ProcessSelector.of(it.name()), "restart of what it requires"));
    } else {
      String message = service.name() + " was not restarted: it was stopped meanwhile";
      loop.fail(reply, new ServiceFailedException(message, Cause.requested("stopped meanwhile")));
    }
  }

  public CompletableFuture<ServiceStatus> reload(ProcessSelector target) {
    target.checkNames(statuses.status(target.service()));
    return loop.submit(reply -> reload(target, reply));
  }

  /** Who has no signal for it is restarted. */
  private void reload(ProcessSelector target, CompletableFuture<ServiceStatus> reply) {
    ManagedService service = services.service(target.service());
    Set<ManagedProcess> processes = target.select(service);
    List<ManagedProcess> signalled =
        processes.stream().filter(ServiceOperations::isReloadedBySignal).toList();
    List<String> restarted =
        processes.stream()
            .filter(it -> !signalled.contains(it))
            .map(it -> it.instance().name())
            .toList();
    if (!restarted.isEmpty()) {
      services.restart(ProcessSelector.of(target.service(), restarted), "reload");
    }
    CompletableFuture<ServiceStatus> up = loop.open();
    CompletableFuture<ServiceStatus> signals = loop.open();
    loop.awaitDesiredState(
        service, DesiredStateWaiter.DesiredState.UP, ProcessSelector.names(processes), up);
    forEach(service, signalled, this::reload, signals);
    forwardResult(signals.thenCompose(status -> up), reply);
  }

  private static boolean isReloadedBySignal(ManagedProcess process) {
    return process.running().isPresent() && process.instance().spec().reload().isPresent();
  }

  private void reload(ManagedProcess process, Consumer<String> answer) {
    signal(process, process.instance().spec().reload().orElseThrow(), answer);
  }

  private void forwardResult(
      CompletableFuture<ServiceStatus> all, CompletableFuture<ServiceStatus> reply) {
    CompletableFuture<ServiceStatus> ignored =
        all.whenComplete(
            (status, failure) -> {
              if (failure == null) {
                loop.complete(reply, status);
              } else {
                loop.fail(reply, failure.getCause() == null ? failure : failure.getCause());
              }
            });
  }

  public CompletableFuture<ServiceStatus> signal(ProcessSelector target, Signal signal) {
    target.checkNames(statuses.status(target.service()));
    return forEachRunning(target, (process, answer) -> signal(process, signal, answer));
  }

  private void signal(ManagedProcess process, Signal signal, Consumer<String> answer) {
    context.runtime().signal(process.instance(), process.running().orElseThrow(), signal, answer);
  }

  public CompletableFuture<ServiceStatus> setPaused(ProcessSelector target, boolean frozen) {
    target.checkNames(statuses.status(target.service()));
    return forEachRunning(target, (process, answer) -> setPaused(process, frozen, answer));
  }

  private void setPaused(ManagedProcess process, boolean frozen, Consumer<String> answer) {
    RunningProcess identity = process.running().orElseThrow();
    context
        .runtime()
        .setPaused(
            process.instance(),
            identity,
            frozen,
            failure -> {
              if (failure.isEmpty()) {
                context.executor().execute(() -> process.setPaused(identity, frozen));
              }
              answer.accept(failure);
            });
  }

  /** Does something to each living process, of which there must be one; answers when all did. */
  private CompletableFuture<ServiceStatus> forEachRunning(
      ProcessSelector target, BiConsumer<ManagedProcess, Consumer<String>> body) {
    return loop.submit(
        reply -> {
          ManagedService service = services.service(target.service());
          Set<ManagedProcess> selected = target.select(service);
          List<ManagedProcess> running =
              selected.stream().filter(it -> it.running().isPresent()).toList();
          if (running.isEmpty()) {
            fail(reply, service, selected.stream().map(ServiceOperations::notRunningMessage));
          } else {
            forEach(service, running, body, reply);
          }
        });
  }

  private static String notRunningMessage(ManagedProcess process) {
    return process.instance().name() + " does not live; start it first";
  }

  private void fail(
      CompletableFuture<ServiceStatus> reply, ManagedService service, Stream<String> failures) {
    String message = service.name() + ": " + failures.collect(Collectors.joining("; "));
    loop.fail(reply, new ServiceFailedException(message, new Cause(Cause.Kind.UNKNOWN, message)));
  }

  private void forEach(
      ManagedService service,
      List<ManagedProcess> processes,
      BiConsumer<ManagedProcess, Consumer<String>> body,
      CompletableFuture<ServiceStatus> reply) {
    ProcessResults answers = new ProcessResults(service, processes.size(), reply);
    processes.forEach(
        process -> body.accept(process, it -> context.executor().execute(() -> answers.add(it))));
    answers.completeIfDone();
  }

  /** Gathers one answer for each process. */
  private final class ProcessResults {
    private final ManagedService service;
    private final CompletableFuture<ServiceStatus> reply;
    private final List<String> failures = new ArrayList<>();
    private int pending;

    ProcessResults(ManagedService service, int pending, CompletableFuture<ServiceStatus> reply) {
      this.service = service;
      this.pending = pending;
      this.reply = reply;
    }

    void add(String failure) {
      pending--;
      if (!failure.isEmpty()) {
        failures.add(failure);
      }
      completeIfDone();
    }

    void completeIfDone() {
      if (pending == 0) {
        service.addWaiter(new PublishWaiter(this::completeReply));
      }
    }

    private void completeReply() {
      if (failures.isEmpty()) {
        loop.complete(reply, service.status());
      } else {
        fail(reply, service, failures.stream());
      }
    }
  }

  public CompletableFuture<SupervisorStatus> startAll() {
    return loop.submit(
        reply -> {
          List<CompletableFuture<ServiceStatus>> each = new ArrayList<>();
          for (String name : services.graph().startOrder()) {
            if (services.service(name).spec().autostart()) {
              CompletableFuture<ServiceStatus> one = loop.open();
              start(ProcessSelector.of(name), "autostart", one);
              each.add(one);
            }
          }
          completeAll(each, reply);
        });
  }

  public CompletableFuture<SupervisorStatus> stopAll() {
    return loop.submit(reply -> stopAll("all are stopped", reply));
  }

  /** Stops all and lets nobody start anything any more. */
  public CompletableFuture<SupervisorStatus> stopAllAndClose() {
    return loop.closeWith(
        () -> {
          CompletableFuture<SupervisorStatus> reply = loop.open();
          stopAll("the supervisor is closed", reply);
          return reply;
        });
  }

  private void stopAll(String reason, CompletableFuture<SupervisorStatus> reply) {
    List<CompletableFuture<ServiceStatus>> each = new ArrayList<>();
    for (ManagedService service : services.services()) {
      CompletableFuture<ServiceStatus> one = loop.open();
      service.deferStop(reason);
      loop.awaitDesiredState(
          service,
          DesiredStateWaiter.DesiredState.DOWN,
          ProcessSelector.names(new LinkedHashSet<>(service.processes())),
          one);
      each.add(one);
    }
    completeAll(each, reply);
  }

  /** Kills everything that has not been stopped yet. */
  public void killAll() {
    context
        .executor()
        .execute(
            () ->
                services
                    .services()
                    .forEach(
                        service -> {
                          service.kill("the time to stop is over");
                        }));
  }

  private void completeAll(
      List<CompletableFuture<ServiceStatus>> each, CompletableFuture<SupervisorStatus> reply) {
    CompletableFuture<Void> ignored =
        CompletableFuture.allOf(each.toArray(CompletableFuture<?>[]::new))
            .handle(
                (all, failure) -> {
                  if (failure == null) {
                    loop.complete(reply, statuses.status());
                  } else {
                    loop.fail(reply, failure.getCause() == null ? failure : failure.getCause());
                  }
                  return null;
                });
  }

  public CompletableFuture<ServiceStatus> await(
      String service, ProcessState state, Duration timeout) {
    String name = statuses.status(service).name();
    return loop.submit(reply -> loop.await(services.service(name), state, timeout, reply));
  }
}
