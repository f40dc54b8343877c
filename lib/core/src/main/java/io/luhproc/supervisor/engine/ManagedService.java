package io.luhproc.supervisor.engine;

import io.luhproc.service.Cause;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.supervisor.state.DependencyState;
import io.luhproc.supervisor.state.Effect;
import io.luhproc.supervisor.state.FsmEvent;
import io.luhproc.supervisor.state.ProcessFsmState;
import io.luhproc.supervisor.state.ProcessInstance;
import io.luhproc.supervisor.state.RecoveredProcess;
import io.luhproc.supervisor.state.ServiceFsmState;
import io.luhproc.supervisor.state.ServiceStateMachine;
import io.luhproc.supervisor.state.Transition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One service: its state, its processes, and the callers that wait for it. Confined to the
 * supervisor's thread.
 */
public final class ManagedService {
  private final EngineContext context;
  private final ServiceManager manager;
  private final BiConsumer<ManagedService, Effect> updateEffects;
  private final Map<String, ManagedProcess> processes = new HashMap<>();
  private final List<Waiter> waiters = new ArrayList<>();
  private ServiceFsmState fsmState;
  private Optional<RuntimeException> removalCause = Optional.empty();
  private @Nullable ServiceStatus status;

  /**
   * Creates a service that was never started.
   *
   * @param instances its processes
   * @param updateEffects performs the effects of updates
   */
  ManagedService(
      ServiceSpec spec,
      List<ProcessInstance> instances,
      EngineContext context,
      ServiceManager manager,
      BiConsumer<ManagedService, Effect> updateEffects) {
    this.context = context;
    this.manager = manager;
    this.updateEffects = updateEffects;
    this.fsmState = ServiceFsmState.initial(spec, instances, new DependencyState.Satisfied());
  }

  String name() {
    return fsmState.spec().name();
  }

  ServiceSpec spec() {
    return fsmState.spec();
  }

  ServiceFsmState fsmState() {
    return fsmState;
  }

  ProcessState state() {
    return fsmState.state();
  }

  /** Returns a process, which is created on first use. */
  ManagedProcess process(String name) {
    ManagedProcess known = processes.get(name);
    if (known == null) {
      ProcessInstance instance = fsmState.process(name).orElseThrow().instance();
      known = new ManagedProcess(this, context, instance);
      processes.put(name, known);
    }
    return known;
  }

  List<ManagedProcess> processes(Collection<String> names) {
    return names.stream().map(this::process).toList();
  }

  // Events and effects.

  /** Recovers what a former supervisor left of a process. */
  void recover(String process, RecoveredProcess recovered) {
    process(process).recoveredExit(recovered.end());
    handle(new FsmEvent.Recovered(process, recovered));
  }

  /** Passes an event to the state machine and performs the effects. */
  void handle(FsmEvent event) {
    if (event instanceof FsmEvent.UpRequest request) {
      boolean cancelsStop = fsmState.deferredStop().isPresent();
      notifyStartRequested(cancelsStop ? fsmState.names() : request.processes(), request.reason());
    } else if (event instanceof FsmEvent.StopDeferred stop) {
      notifyStartRequested(stop.restart(), stop.reason());
    }
    Duration now = Duration.ofNanos(context.timeSource().nanoTime());
    Transition transition = ServiceStateMachine.transition(fsmState, event, now, context.jitter());
    fsmState = transition.next();
    for (Effect effect : transition.effects()) {
      if (effect instanceof Effect.OnProcess onProcess) {
        onProcess.perform(process(onProcess.process()));
      } else if (effect instanceof Effect.Removed removed) {
        discard(removed.instance());
      } else {
        updateEffects.accept(this, effect);
      }
    }
    markDirty();
  }

  /** Fails callers that wait for the stop of processes that are now requested to start. */
  private void notifyStartRequested(Set<String> names, String reason) {
    waiters.forEach(waiter -> waiter.startRequested(names, reason));
  }

  /** Kills all processes, whether or not dependents are up. */
  void kill(String reason) {
    handle(new FsmEvent.Kill(fsmState.names(), reason));
  }

  private void discard(ProcessInstance instance) {
    ManagedProcess removed = processes.remove(instance.name());
    if (removed != null) {
      removed.detach();
    }
    context.runtime().delete(instance, failure -> warnDeleteFailed(instance, failure));
  }

  private static void warnDeleteFailed(ProcessInstance instance, String failure) {
    if (!failure.isEmpty()) {
      LoggerFactory.getLogger(ManagedService.class)
          .warn("cannot delete the directory of {}: {}", instance, failure);
    }
  }

  /** Returns whether the exit of any process that is gone is not reported yet. */
  boolean awaitsExits() {
    return processes.values().stream().anyMatch(ManagedProcess::awaitsExit);
  }

  /** Returns a future that completes once the limits of all processes are those of the spec. */
  CompletableFuture<Void> limitChanges() {
    return CompletableFuture.allOf(
        processes.values().stream()
            .map(ManagedProcess::limitChange)
            .toArray(CompletableFuture<?>[]::new));
  }

  /** Notes that a process has changed its state. */
  void stateChanged(ProcessInstance process, ProcessState to, Cause cause) {
    waiters.forEach(waiter -> waiter.stateChanged(this, process, to, cause));
    if (to == ProcessState.BACKOFF) {
      manager.notifyDependents(this, it -> it.dependencyFailed(name(), cause));
    } else if (to == ProcessState.INACTIVE) {
      manager.notifyDependents(this, ManagedService::dependencyStopped);
    }
  }

  /** Notes that a required service has failed and is restarted later. */
  void dependencyFailed(String dependency, Cause cause) {
    if (!waiters.isEmpty()) {
      waiters.forEach(waiter -> waiter.dependencyFailed(this, dependency, cause));
      markDirty();
    }
  }

  /** Notes that a required service was stopped, which callers that wait for this one may fail. */
  private void dependencyStopped() {
    if (!waiters.isEmpty()) {
      markDirty();
    }
  }

  /** Returns a service that this one waits for, and that nothing will start. */
  Optional<String> blockedOnStopped() {
    return blockedOnStopped(new HashSet<>());
  }

  /**
   * Returns a stopped service that this one waits for, or that a service waits for that this one
   * waits for.
   *
   * @param seen the services that were looked at
   */
  private Optional<String> blockedOnStopped(Set<String> seen) {
    if (!(fsmState.dependencies() instanceof DependencyState.Waiting waiting)) {
      return Optional.empty();
    }
    for (String name : waiting.blockedOn()) {
      if (manager.isInactive(name)) {
        return Optional.of(name);
      }
      if (seen.add(name)) {
        Optional<String> stopped = manager.service(name).blockedOnStopped(seen);
        if (stopped.isPresent()) {
          return stopped;
        }
      }
    }
    return Optional.empty();
  }

  /** Marks the service as changed: its status is published, and its neighbours are re-evaluated. */
  void markDirty() {
    status = null;
    manager.markDirty(this);
  }

  // Waiters.

  void addWaiter(Waiter waiter) {
    if (removalCause.isPresent()) {
      // A removed service does not change, so a waiter would never be checked.
      waiter.fail(this, removalCause.get());
    } else {
      waiters.add(waiter);
      markDirty();
    }
  }

  void removeWaiter(Waiter waiter) {
    waiters.remove(waiter);
  }

  int waiterCount() {
    return waiters.size();
  }

  /** Fails all waiters, because the service is removed. */
  void failAllWaiters(RuntimeException cause) {
    removalCause = Optional.of(cause);
    List<Waiter> failed = List.copyOf(waiters);
    waiters.clear();
    failed.forEach(waiter -> waiter.fail(this, cause));
  }

  void completeWaiters() {
    waiters.removeIf(waiter -> waiter.completeIfDone(this));
  }

  // The status.

  ServiceStatus status() {
    ServiceStatus known = status;
    if (known == null) {
      List<ProcessStatus> statuses = new ArrayList<>();
      for (ProcessFsmState process : fsmState.processes()) {
        statuses.add(process(process.name()).status(process));
      }
      known =
          new ServiceStatus(
              name(), fsmState.state(), Optional.of(fsmState.cause()), blockedOn(), statuses);
      status = known;
    }
    return known;
  }

  private List<String> blockedOn() {
    return fsmState.state() == ProcessState.BLOCKED
            && fsmState.dependencies() instanceof DependencyState.Waiting waiting
        ? waiting.blockedOn()
        : List.of();
  }

  /** Releases timers and monitors; the processes are not affected. */
  public void detach() {
    processes.values().forEach(ManagedProcess::detach);
  }
}
