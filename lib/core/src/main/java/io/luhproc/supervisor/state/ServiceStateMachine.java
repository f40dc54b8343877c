package io.luhproc.supervisor.state;

import io.luhproc.service.Cause;
import io.luhproc.service.RestartIntensity;
import io.luhproc.service.RestartStrategy;
import io.luhproc.service.ServiceSpec;
import io.luhproc.supervisor.state.ServiceFsmState.DeferredStop;
import io.luhproc.supervisor.state.ServiceFsmState.RestartGroup;
import io.luhproc.supervisor.state.ServiceFsmState.Update;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.DoubleSupplier;

/**
 * Computes the next state and the effects of a service from its state and an event.
 *
 * <p>First, the event is applied to each process that it concerns ({@link ProcessStateMachine}).
 * Then restarts and failures are decided for the whole service, by strategy and intensity. Finally,
 * a restart group that has stopped is started again, and an update that waits for processes to stop
 * continues. A machine is used for one step.
 */
public final class ServiceStateMachine {
  private final Transition.Context context;
  private final DoubleSupplier jitter;
  private final List<ProcessStateMachine> processes = new ArrayList<>();
  private final List<Update> updates;
  private ServiceSpec spec;
  private List<Duration> recentRestarts;
  private Optional<RestartGroup> restartGroup;
  private Optional<DeferredStop> deferredStop;
  private long retiredGeneration;

  private ServiceStateMachine(
      ServiceFsmState state, Transition.Context context, DoubleSupplier jitter) {
    this.context = context;
    this.jitter = jitter;
    this.spec = state.spec();
    for (ProcessFsmState process : state.processes()) {
      processes.add(new ProcessStateMachine(process, context));
    }
    this.recentRestarts = state.recentRestarts();
    this.restartGroup = state.restartGroup();
    this.deferredStop = state.deferredStop();
    this.updates = new ArrayList<>(state.updates());
    this.retiredGeneration = state.retiredGeneration();
  }

  /**
   * Returns the transition that an event causes.
   *
   * @param now the time of a monotonic clock
   * @param jitter returns random numbers from -1 to 1, which vary the backoff
   */
  public static Transition transition(
      ServiceFsmState state, FsmEvent event, Duration now, DoubleSupplier jitter) {
    Transition.Context context =
        new Transition.Context(now, event.dependenciesAfter(state.dependencies()));
    ServiceStateMachine machine = new ServiceStateMachine(state, context, jitter);
    event.applyTo(machine);
    machine.resolveDecisions();
    machine.startGroupOnceStopped();
    machine.advanceUpdates();
    return new Transition(machine.current(), context.effects());
  }

  private ServiceFsmState current() {
    List<ProcessFsmState> states = new ArrayList<>(processes.size());
    processes.forEach(process -> states.add(process.current()));
    return new ServiceFsmState(
        spec,
        states,
        context.dependencies(),
        recentRestarts,
        restartGroup,
        deferredStop,
        updates,
        retiredGeneration);
  }

  private Optional<ProcessStateMachine> process(String name) {
    return processes.stream().filter(it -> it.name().equals(name)).findFirst();
  }

  private Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    processes.forEach(process -> names.add(process.name()));
    return names;
  }

  // Requests.

  /** Starts or restarts processes, and cancels a deferred stop of the service. */
  void requestUp(FsmEvent.UpRequest request) {
    if (awaitsRestart()) {
      // The restart starts what is requested; a start does not cancel it.
      deferredStop = deferredStop.map(it -> it.withRestartOf(request.processes()));
      return;
    }
    Set<String> stoppedEarly = deferredStop.map(DeferredStop::stoppedEarly).orElse(Set.of());
    deferredStop = Optional.empty();
    for (ProcessStateMachine process : processes) {
      if (request.processes().contains(process.name())) {
        request.applyTo(process);
      } else if (stoppedEarly.contains(process.name())) {
        process.start(Cause.requested(request.reason()));
      }
    }
    failUpdateIfRemovedIsStarted(request);
  }

  /** Returns whether a restart waits until no dependent is alive. */
  private boolean awaitsRestart() {
    return deferredStop.filter(DeferredStop::isRestart).isPresent();
  }

  void requestDown(FsmEvent.DownRequest request) {
    boolean all = request.processes().containsAll(names());
    if (all && request instanceof FsmEvent.Kill) {
      deferredStop = Optional.empty();
    }
    if (all) {
      startNothingAdded();
    }
    deferredStop = deferredStop.map(it -> it.withoutRestartOf(request.processes()::contains));
    processes.stream()
        .filter(it -> request.processes().contains(it.name()))
        .forEach(request::applyTo);
  }

  void deferStop(FsmEvent.StopDeferred stop) {
    Set<String> early = deferredStop.map(DeferredStop::stoppedEarly).orElse(Set.of());
    deferredStop = Optional.of(new DeferredStop(stop.reason(), early, stop.restart()));
    if (!awaitsRestart()) {
      startNothingAdded();
    }
  }

  void runDeferredStop() {
    if (deferredStop.isEmpty()) {
      return;
    }
    DeferredStop stop = deferredStop.get();
    deferredStop = Optional.empty();
    Cause cause = Cause.requested(stop.reason());
    Set<String> removed = updates.isEmpty() ? Set.of() : difference(updates.get(0)).removed();
    for (ProcessStateMachine process : processes) {
      if (stop.restart().contains(process.name()) && !removed.contains(process.name())) {
        process.restart(cause);
      } else {
        process.stop(cause, false);
      }
    }
  }

  /** Stops processes that are not up at once, so that none is launched before the deferred stop. */
  void stopInactiveProcesses() {
    if (deferredStop.isPresent()) {
      DeferredStop stop = deferredStop.get();
      Set<String> early = new HashSet<>(stop.stoppedEarly());
      for (ProcessStateMachine process : processes) {
        if (process.current().desiredUp() && !process.current().isUp()) {
          process.stop(Cause.requested(stop.reason()), false);
          early.add(process.name());
        }
      }
      deferredStop = Optional.of(new DeferredStop(stop.reason(), early, stop.restart()));
    }
  }

  // Events.

  /** Applies an event to its process. Ignores events of removed processes and of other launches. */
  void dispatch(FsmEvent.ProcessEvent event) {
    process(event.process())
        .filter(it -> it.current().generation() == event.generation())
        .ifPresent(event::applyTo);
  }

  void recover(FsmEvent.Recovered event) {
    process(event.process()).ifPresent(it -> it.recover(event.recovered()));
  }

  void dependenciesChanged() {
    processes.forEach(ProcessStateMachine::dependenciesChanged);
  }

  // Updates of the spec.

  void requestUpdate(FsmEvent.UpdateRequested request) {
    updates.add(new Update(request, false, false));
    if (updates.size() == 1) {
      beginUpdate();
    }
  }

  private void beginUpdate() {
    Update update = updates.get(0);
    updates.set(0, update.startAdded(isDesiredUp()));
    Cause cause = Cause.requested("it is no longer in the service");
    removedBy(update).forEach(process -> process.stop(cause, false));
  }

  private boolean isDesiredUp() {
    return deferredStop
        .map(DeferredStop::isRestart)
        .orElseGet(() -> processes.stream().anyMatch(it -> it.current().desiredUp()));
  }

  private SpecUpdate difference(Update update) {
    return SpecUpdate.between(instances(), instancesOf(update.request().spec()));
  }

  private List<ProcessInstance> instances() {
    return processes.stream().map(it -> it.current().instance()).toList();
  }

  private List<ProcessInstance> instancesOf(ServiceSpec updated) {
    return ProcessInstance.of(updated, instances());
  }

  private List<ProcessStateMachine> removedBy(Update update) {
    Set<String> removed = difference(update).removed();
    return processes.stream().filter(it -> removed.contains(it.name())).toList();
  }

  private void startNothingAdded() {
    updates.replaceAll(update -> update.startAdded(false));
  }

  private void failUpdateIfRemovedIsStarted(FsmEvent.UpRequest request) {
    if (!updates.isEmpty()) {
      removedBy(updates.get(0)).stream()
          .filter(it -> it.current().desiredUp())
          .findFirst()
          .ifPresent(
              it ->
                  failUpdate(
                      Cause.requested(request.reason()),
                      spec.name() + " did not stop: a start came after it: " + request.reason()));
    }
  }

  private void failUpdate(Cause cause, String message) {
    context.addEffect(new Effect.UpdateFailed(updates.get(0).request().id(), cause, message));
    finishUpdate();
  }

  private void finishUpdate() {
    Update ignored = updates.remove(0);
    if (!updates.isEmpty()) {
      beginUpdate();
    }
  }

  /** Continues an update once all processes that it removes are stopped. */
  private void advanceUpdates() {
    while (!updates.isEmpty() && !updates.get(0).ready()) {
      List<ProcessStateMachine> removed = removedBy(updates.get(0));
      Optional<ProcessFsmState> unkillable =
          removed.stream()
              .map(ProcessStateMachine::current)
              .filter(it -> it.is(ProcessFsmState.OsState.UNKILLABLE))
              .findFirst();
      if (unkillable.isPresent()) {
        Cause cause = unkillable.get().cause();
        failUpdate(cause, unkillable.get().instance() + " did not stop: " + cause.detail());
      } else if (removed.stream().allMatch(it -> it.current().isStopped())) {
        updates.set(0, updates.get(0).asReady());
        context.addEffect(new Effect.UpdateReady(updates.get(0).request()));
      } else {
        return;
      }
    }
  }

  void abandonUpdate(long id) {
    if (isCurrentUpdate(id)) {
      finishUpdate();
    }
  }

  private boolean isCurrentUpdate(long id) {
    return !updates.isEmpty() && updates.get(0).request().id() == id;
  }

  void changeSpec(long id) {
    if (!isCurrentUpdate(id)) {
      return;
    }
    Update update = updates.get(0);
    SpecUpdate difference = difference(update);
    boolean up = update.startAdded() || isDesiredUp();
    spec = update.request().spec();
    removeProcesses(difference.removed());
    Set<String> started = up ? difference.added() : Set.of();
    context.addEffect(
        new Effect.SpecApplied(id, difference.changed(), started, toRun(difference, started)));
    replaceProcesses(difference);
    if (awaitsRestart()) {
      deferredStop =
          deferredStop.map(
              it -> it.withoutRestartOf(difference.removed()::contains).withRestartOf(started));
    }
    Cause cause = Cause.requested("its service was updated");
    processes.stream().filter(it -> started.contains(it.name())).forEach(it -> it.start(cause));
    dependenciesChanged();
    finishUpdate();
  }

  private void removeProcesses(Set<String> removed) {
    for (ProcessStateMachine process : processes) {
      if (removed.contains(process.name())) {
        retiredGeneration = Math.max(retiredGeneration, process.current().generation());
        context.addEffect(new Effect.Removed(process.current().instance()));
      }
    }
  }

  /** Returns the processes that must run before the update is complete. */
  private Set<String> toRun(SpecUpdate difference, Set<String> started) {
    Set<String> names = new LinkedHashSet<>(started);
    for (ProcessStateMachine process : processes) {
      boolean restarts =
          difference.kept().get(process.name()) == SpecUpdate.Change.RESTART
              && process.current().desiredUp();
      if (restarts) {
        names.add(process.name());
      }
    }
    return names;
  }

  private void replaceProcesses(SpecUpdate difference) {
    List<ProcessStateMachine> former = List.copyOf(processes);
    List<ProcessInstance> instances = instancesOf(spec);
    processes.clear();
    for (ProcessInstance instance : instances) {
      String name = instance.name();
      if (difference.added().contains(name)) {
        ProcessFsmState added = ProcessFsmState.initial(instance, retiredGeneration);
        processes.add(new ProcessStateMachine(added, context));
      } else {
        ProcessStateMachine kept =
            former.stream().filter(it -> it.name().equals(name)).findFirst().orElseThrow();
        kept.changeSpec(instance, difference.kept().get(name) == SpecUpdate.Change.RESTART);
        processes.add(kept);
      }
    }
  }

  // Restarts and failures.

  private void resolveDecisions() {
    // A restart may fail because of a failed dependency, and so affect siblings. Each does so once.
    while (processes.stream().anyMatch(this::resolveDecision)) {}
  }

  private boolean resolveDecision(ProcessStateMachine process) {
    if (process.pollGaveUp()) {
      Cause siblingCause = siblingCause(process, "was given up", process.current().cause());
      siblingsAffectedBy(process).forEach(it -> it.giveUpWithSibling(siblingCause));
      return true;
    }
    Optional<Cause> restart = process.pollRestart();
    restart.ifPresent(cause -> scheduleRestart(process, cause));
    return restart.isPresent();
  }

  private static Cause siblingCause(ProcessStateMachine of, String what, Cause why) {
    return new Cause(Cause.Kind.SIBLING_FAILED, of.name() + " " + what + ": " + why.detail());
  }

  /** Returns the siblings that are restarted or given up together with a process. */
  private List<ProcessStateMachine> siblingsAffectedBy(ProcessStateMachine process) {
    int first =
        switch (spec.strategy()) {
          case ONE_FOR_ONE -> processes.size();
          case ONE_FOR_ALL -> 0;
          case REST_FOR_ONE -> processes.indexOf(process);
        };
    return processes.stream().skip(first).filter(it -> it != process).toList();
  }

  private void scheduleRestart(ProcessStateMachine process, Cause cause) {
    boolean joins = restartGroup.filter(it -> it.processes().contains(process.name())).isPresent();
    if (!joins && exceedsIntensity()) {
      giveUpAll(process, cause);
      return;
    }
    Duration delay =
        Backoff.delay(process.spec().restart(), process.current().retries(), jitter.getAsDouble());
    if (spec.strategy() == RestartStrategy.ONE_FOR_ONE) {
      process.scheduleRestart(delay, cause);
    } else {
      restartTogether(process, cause, delay);
    }
  }

  private boolean exceedsIntensity() {
    RestartIntensity intensity = spec.intensity();
    if (intensity.isLimited()) {
      recentRestarts = ServicePolicy.addRestart(intensity, recentRestarts, context.now());
    }
    return intensity.isLimited() && recentRestarts.size() > intensity.maxRestarts();
  }

  private void giveUpAll(ProcessStateMachine process, Cause last) {
    Cause cause = ServicePolicy.intensityExceeded(spec.intensity(), process.name(), last);
    process.fail(cause);
    processes.forEach(it -> it.giveUpWithSibling(cause));
    // The next start counts restarts from zero.
    recentRestarts = List.of();
  }

  private void restartTogether(ProcessStateMachine process, Cause cause, Duration delay) {
    process.awaitGroup(cause);
    Cause siblingCause = siblingCause(process, "is restarted", cause);
    Set<String> names = new HashSet<>(Set.of(process.name()));
    for (ProcessStateMachine sibling : siblingsAffectedBy(process)) {
      sibling.joinGroup(siblingCause);
      names.add(sibling.name());
    }
    RestartGroup group = new RestartGroup(names, delay);
    restartGroup = Optional.of(restartGroup.map(group::merge).orElse(group));
  }

  private void startGroupOnceStopped() {
    if (restartGroup.isEmpty()) {
      return;
    }
    RestartGroup group = restartGroup.get();
    boolean blocked =
        processes.stream()
            .anyMatch(it -> group.processes().contains(it.name()) && it.blocksGroupRestart());
    if (blocked) {
      return;
    }
    restartGroup = Optional.empty();
    processes.stream()
        .filter(it -> it.current().awaitsGroup())
        .forEach(it -> it.scheduleRestart(group.delay(), it.current().cause()));
    // Without a delay they were launched, and may have failed because of a dependency.
    resolveDecisions();
  }
}
