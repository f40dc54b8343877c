package io.luhproc.supervisor.engine;

import io.luhproc.process.Signal;
import io.luhproc.service.Cause;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ServiceFailedException;
import io.luhproc.service.ServiceStatus;
import io.luhproc.service.SupervisorStatus;
import io.luhproc.supervisor.state.FsmEvent;
import io.luhproc.supervisor.state.ProcessInstance;
import io.luhproc.supervisor.state.RunningProcess;
import io.luhproc.supervisor.state.ServiceFsmState.DesiredState;
import io.luhproc.time.Timers;
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

/** Performs the requests of callers on registered services. */
public final class ServiceOperations {
  private static final String REQUESTED = "asked for";
  private static final Duration EXIT_CHECK_INTERVAL = Duration.ofMillis(20);

  private final ServiceManager services;
  private final SupervisorLoop loop;
  private final EngineContext context;

  public ServiceOperations(ServiceManager services, EngineContext context) {
    this.services = services;
    this.loop = context.loop();
    this.context = context;
  }

  private void checkNames(ProcessSelector selector) {
    selector.checkNames(context.statuses().status(selector.service()));
  }

  // Up.

  /** Starts processes after the services that they require; completes once they run. */
  public CompletableFuture<ServiceStatus> start(ProcessSelector selector) {
    checkNames(selector);
    return loop.submit(reply -> start(selector, REQUESTED, reply));
  }

  private void start(
      ProcessSelector selector, String reason, CompletableFuture<ServiceStatus> reply) {
    ManagedService service = services.service(selector.service());
    Set<String> names = selector.select(service.fsmState());
    services.request(service.name(), new FsmEvent.Start(names, reason));
    awaitUp(service, names, reply);
  }

  private void awaitUp(
      ManagedService service, Set<String> names, CompletableFuture<ServiceStatus> reply) {
    loop.awaitProcesses(service, Waiter.Goal.UP, names, context.runtime(), reply);
  }

  /** Restarts processes, and the running dependents of a whole service. */
  public CompletableFuture<ServiceStatus> restart(ProcessSelector selector) {
    checkNames(selector);
    return loop.submit(reply -> restart(selector, reply));
  }

  private void restart(ProcessSelector selector, CompletableFuture<ServiceStatus> reply) {
    ManagedService service = services.service(selector.service());
    Set<String> names = selector.select(service.fsmState());
    List<ManagedService> dependents =
        selector.selectsAll() ? runningDependents(service.name()) : List.of();
    if (dependents.isEmpty()) {
      services.request(service.name(), new FsmEvent.Restart(names, REQUESTED));
      awaitUp(service, names, reply);
    } else {
      services.restartAfterDependents(service.name());
      List<CompletableFuture<ServiceStatus>> each = new ArrayList<>();
      each.add(awaitUp(service, names));
      for (ManagedService dependent : dependents) {
        each.add(awaitUp(dependent, dependent.fsmState().expectedUp()));
      }
      loop.forward(all(each).thenApply(done -> service.status()), reply);
    }
  }

  private CompletableFuture<ServiceStatus> awaitUp(ManagedService service, Set<String> names) {
    CompletableFuture<ServiceStatus> up = loop.newFuture();
    awaitUp(service, names, up);
    return up;
  }

  private List<ManagedService> runningDependents(String service) {
    return services.dependents(service).stream()
        .filter(
            it ->
                it.fsmState().desiredState() != DesiredState.DOWN
                    || !it.fsmState().isGoneOrUnkillable())
        .toList();
  }

  /** Completes when all futures are done; fails as the first of them in the list that failed. */
  private static CompletableFuture<Void> all(List<CompletableFuture<ServiceStatus>> each) {
    return CompletableFuture.allOf(each.toArray(CompletableFuture<?>[]::new))
        .handle((done, failure) -> each)
        .thenAccept(all -> all.forEach(CompletableFuture::join));
  }

  /** Starts the services that start automatically. */
  public CompletableFuture<SupervisorStatus> startAll() {
    return loop.submit(
        reply -> {
          List<CompletableFuture<ServiceStatus>> each = new ArrayList<>();
          for (String name : services.graph().startOrder()) {
            if (services.service(name).spec().autostart()) {
              CompletableFuture<ServiceStatus> one = loop.newFuture();
              start(ProcessSelector.of(name), "autostart", one);
              each.add(one);
            }
          }
          loop.forward(all(each).thenApply(done -> context.statuses().status()), reply);
        });
  }

  // Down.

  /** Stops processes; stops the dependents first if nothing of the service is left. */
  public CompletableFuture<ServiceStatus> stop(ProcessSelector selector) {
    checkNames(selector);
    return loop.submit(
        reply -> {
          ManagedService service = services.service(selector.service());
          Set<String> names = selector.select(service.fsmState());
          if (stopsWhole(selector, service, names)) {
            services.stopAfterDependents(service.name(), REQUESTED);
          } else {
            service.handle(new FsmEvent.Stop(names, REQUESTED));
          }
          awaitDown(service, names, reply);
        });
  }

  private static boolean stopsWhole(
      ProcessSelector selector, ManagedService service, Set<String> names) {
    Set<String> up = service.fsmState().expectedUp();
    return selector.selectsAll() || (!up.isEmpty() && names.containsAll(up));
  }

  /** Stops processes without a grace period. */
  public CompletableFuture<ServiceStatus> kill(ProcessSelector selector) {
    checkNames(selector);
    return loop.submit(
        reply -> {
          ManagedService service = services.service(selector.service());
          Set<String> names = selector.select(service.fsmState());
          if (stopsWhole(selector, service, names)) {
            services.stopDependents(service.name());
          }
          service.handle(new FsmEvent.Kill(names, REQUESTED));
          awaitDown(service, names, reply);
        });
  }

  private void awaitDown(
      ManagedService service, Set<String> names, CompletableFuture<ServiceStatus> reply) {
    loop.awaitProcesses(service, Waiter.Goal.DOWN, names, context.runtime(), reply);
  }

  /** Stops all services, dependents first. */
  public CompletableFuture<SupervisorStatus> stopAll() {
    return loop.submit(reply -> stopAll("all are stopped", reply));
  }

  /** Stops all services and refuses all later calls. */
  public CompletableFuture<SupervisorStatus> stopAllAndClose() {
    return loop.closeWith(
        () -> {
          CompletableFuture<SupervisorStatus> reply = loop.newFuture();
          stopAll("the supervisor is closed", reply);
          return reply;
        });
  }

  private void stopAll(String reason, CompletableFuture<SupervisorStatus> reply) {
    List<CompletableFuture<ServiceStatus>> each = new ArrayList<>();
    for (ManagedService service : services.services()) {
      CompletableFuture<ServiceStatus> one = loop.newFuture();
      service.handle(new FsmEvent.StopDeferred(reason, Set.of()));
      awaitDown(service, service.fsmState().names(), one);
      each.add(one);
    }
    loop.forward(all(each).thenApply(done -> context.statuses().status()), reply);
  }

  /**
   * Waits until the exits of all processes that are gone are reported, or a timeout. A stop does
   * not wait for these reports.
   */
  public CompletableFuture<Boolean> exitsReported(Duration timeout) {
    CompletableFuture<Boolean> reply = loop.newFuture();
    loop.execute(() -> checkExits(timeout, reply));
    return reply;
  }

  private void checkExits(Duration remaining, CompletableFuture<Boolean> reply) {
    boolean reported = services.services().stream().noneMatch(ManagedService::awaitsExits);
    if (reported || remaining.isNegative()) {
      loop.complete(reply, reported);
    } else {
      Duration later = remaining.minus(EXIT_CHECK_INTERVAL);
      Timers.Timer ignored = loop.schedule(EXIT_CHECK_INTERVAL, () -> checkExits(later, reply));
    }
  }

  /** Kills all processes that have not stopped yet. */
  public void killAll() {
    loop.execute(
        () ->
            services
                .services()
                .forEach(service -> service.kill("the grace period of the shutdown is over")));
  }

  // Signals.

  /** Sends the reload signal, or restarts processes that have none. */
  public CompletableFuture<ServiceStatus> reload(ProcessSelector selector) {
    checkNames(selector);
    return loop.submit(reply -> reload(selector, reply));
  }

  /** Signals processes with a reload signal, which must be alive, and restarts the others. */
  private void reload(ProcessSelector selector, CompletableFuture<ServiceStatus> reply) {
    ManagedService service = services.service(selector.service());
    Set<String> signalled = new LinkedHashSet<>();
    Set<String> restarted = new LinkedHashSet<>();
    Set<String> dead = new LinkedHashSet<>();
    for (String name : selector.select(service.fsmState())) {
      ManagedProcess process = service.process(name);
      if (process.instance().spec().reload().isEmpty()) {
        restarted.add(name);
      } else if (process.running().isPresent()) {
        signalled.add(name);
      } else if (!isDesiredUp(service, name)) {
        dead.add(name);
      }
    }
    if (signalled.isEmpty() && restarted.isEmpty() && !dead.isEmpty()) {
      fail(reply, service, dead.stream().map(ServiceOperations::notRunningMessage));
      return;
    }
    if (!restarted.isEmpty()) {
      services.request(service.name(), new FsmEvent.Restart(restarted, "reload"));
    }
    CompletableFuture<ServiceStatus> up = loop.newFuture();
    CompletableFuture<ServiceStatus> signals = loop.newFuture();
    Set<String> toRun = new LinkedHashSet<>(signalled);
    toRun.addAll(restarted);
    awaitUp(service, toRun, up);
    forEach(service, service.processes(signalled), this::reload, signals);
    loop.forward(signals.thenCompose(status -> up), reply);
  }

  /** A process that is not running but desired up reads its settings when it is launched. */
  private static boolean isDesiredUp(ManagedService service, String name) {
    return service.fsmState().process(name).orElseThrow().desiredUp();
  }

  private void reload(ManagedProcess process, Consumer<String> answer) {
    signal(process, process.instance().spec().reload().orElseThrow(), answer);
  }

  /** Sends a signal to running processes. */
  public CompletableFuture<ServiceStatus> signal(ProcessSelector selector, Signal signal) {
    checkNames(selector);
    return forEachRunning(selector, (process, answer) -> signal(process, signal, answer));
  }

  private void signal(ManagedProcess process, Signal signal, Consumer<String> answer) {
    context.runtime().signal(process.instance(), process.running().orElseThrow(), signal, answer);
  }

  /** Freezes or thaws running processes. */
  public CompletableFuture<ServiceStatus> setPaused(ProcessSelector selector, boolean paused) {
    checkNames(selector);
    return forEachRunning(selector, (process, answer) -> setPaused(process, paused, answer));
  }

  private void setPaused(ManagedProcess process, boolean paused, Consumer<String> answer) {
    ManagedService service = process.service();
    ProcessInstance instance = process.instance();
    RunningProcess running = process.running().orElseThrow();
    long generation = service.fsmState().process(process.name()).orElseThrow().generation();
    context
        .runtime()
        .setPaused(
            instance,
            running,
            paused,
            failure -> {
              if (failure.isEmpty()) {
                FsmEvent event = new FsmEvent.Paused(process.name(), generation, paused);
                loop.execute(() -> service.handle(event));
              }
              answer.accept(failure);
            });
  }

  /**
   * Applies an action to each live process; completes when all are done, and fails if none lives.
   */
  private CompletableFuture<ServiceStatus> forEachRunning(
      ProcessSelector selector, BiConsumer<ManagedProcess, Consumer<String>> body) {
    return loop.submit(
        reply -> {
          ManagedService service = services.service(selector.service());
          Set<String> selected = selector.select(service.fsmState());
          List<ManagedProcess> running =
              service.processes(selected).stream().filter(it -> it.running().isPresent()).toList();
          if (running.isEmpty()) {
            fail(reply, service, selected.stream().map(ServiceOperations::notRunningMessage));
          } else {
            forEach(service, running, body, reply);
          }
        });
  }

  private static String notRunningMessage(String process) {
    return process + " does not live; start it first";
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
    ProcessResults results = new ProcessResults(service, processes.size(), reply);
    processes.forEach(process -> body.accept(process, it -> loop.execute(() -> results.add(it))));
    results.completeIfDone();
  }

  /** Collects one result for each process. */
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
        service.addWaiter(Waiter.forPublication(this::completeReply));
      }
    }

    private void completeReply(ManagedService published) {
      if (failures.isEmpty()) {
        loop.complete(reply, published.status());
      } else {
        fail(reply, published, failures.stream());
      }
    }
  }

  // Wait.

  /** Completes once a service is in a state; fails at the timeout. */
  public CompletableFuture<ServiceStatus> await(
      String service, ProcessState state, Duration timeout) {
    String name = context.statuses().status(service).name();
    return loop.submit(reply -> loop.awaitState(services.service(name), state, timeout, reply));
  }
}
