package io.luhproc.supervisor.engine;

import io.luhproc.health.HealthPolicy;
import io.luhproc.health.HealthState;
import io.luhproc.limits.LimitReport;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.service.Cause;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ProcessStatus;
import io.luhproc.service.ServiceSpec;
import io.luhproc.service.ServiceStatus;
import io.luhproc.supervisor.runtime.ProcessInstance;
import io.luhproc.supervisor.state.DependencyState;
import io.luhproc.supervisor.state.Effect;
import io.luhproc.supervisor.state.FsmEvent;
import io.luhproc.supervisor.state.OsState;
import io.luhproc.supervisor.state.ProcessFsmState;
import io.luhproc.supervisor.state.ProcessPolicy;
import io.luhproc.supervisor.state.RunningProcess;
import io.luhproc.supervisor.state.ServiceFsmState;
import io.luhproc.supervisor.state.ServicePolicy;
import io.luhproc.supervisor.state.ServiceStateMachine;
import io.luhproc.supervisor.state.Transition;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One service as it runs. Belongs to the supervisor's thread. */
public final class ManagedService {
  private final EngineContext context;
  private final ServiceListener listener;
  private final List<Waiter> waiters = new ArrayList<>();
  // The first has begun.
  private final Queue<Runnable> updates = new ArrayDeque<>();
  private ServiceSpec spec;
  private ServicePolicy policy;
  private ServiceFsmState fsmState;
  private List<ManagedProcess> processes;
  private Optional<String> deferredStop = Optional.empty();
  private boolean restartPending;
  private Optional<RuntimeException> removalCause = Optional.empty();
  private @Nullable ServiceStatus status;

  ManagedService(
      ServiceSpec spec,
      List<ProcessInstance> instances,
      EngineContext context,
      ServiceListener listener) {
    this.context = context;
    this.listener = listener;
    this.spec = spec;
    this.policy = policyOf(spec);
    this.fsmState = ServiceFsmState.initial(instances.size(), new DependencyState.Satisfied());
    this.processes = new ArrayList<>();
    for (ProcessInstance instance : instances) {
      processes.add(new ManagedProcess(this, context, instance, processes.size()));
    }
  }

  private static ServicePolicy policyOf(ServiceSpec spec) {
    List<ProcessPolicy> processes = new ArrayList<>();
    for (ProcessSpec process : spec.processes()) {
      for (String instance : process.instanceNames()) {
        processes.add(policyOf(process, instance));
      }
    }
    return new ServicePolicy(processes, spec.strategy(), spec.intensity());
  }

  private static ProcessPolicy policyOf(ProcessSpec process, String instance) {
    return new ProcessPolicy(
        instance,
        process.oneshot(),
        process.restart(),
        process.health().isPresent(),
        process.health().filter(HealthPolicy::restartWhenUnhealthy).isPresent(),
        process.start().timeout(),
        process.start().minReadyTime());
  }

  String name() {
    return spec.name();
  }

  ServiceSpec spec() {
    return spec;
  }

  ServiceFsmState fsmState() {
    return fsmState;
  }

  List<ManagedProcess> processes() {
    return processes;
  }

  ProcessState state() {
    return fsmState.state();
  }

  /** Returns the indexes of all its processes. */
  Set<Integer> allIndexes() {
    Set<Integer> indexes = new HashSet<>();
    processes.forEach(process -> indexes.add(process.index()));
    return indexes;
  }

  boolean isDesiredUp() {
    return fsmState.processes().stream().anyMatch(ProcessFsmState::desiredUp);
  }

  boolean isDesiredUp(ManagedProcess process) {
    return fsmState.processes().get(process.index()).desiredUp();
  }

  boolean isUnhealthy() {
    return fsmState.processes().stream().anyMatch(it -> it.incarnation().unhealthy());
  }

  /** Returns whether a process that is to run to its end once has not come there. */
  boolean hasRunningOneshot() {
    return processes.stream().anyMatch(it -> it.instance().spec().oneshot() && isRunning(it));
  }

  /** Returns the indexes of those that have to be started where it is needed. */
  Set<Integer> toStartAsDependency() {
    Set<Integer> indexes = isDesiredUp() ? new HashSet<>() : allIndexes();
    processes.stream()
        .filter(it -> fsmState.processes().get(it.index()).state() == ProcessState.FAILED)
        .forEach(it -> indexes.add(it.index()));
    return indexes;
  }

  /** Returns whether nothing of it lives that could still be ended. */
  boolean isStoppedOrUnkillable() {
    return isStopped() || (state() == ProcessState.FAILED && !isTerminating());
  }

  private boolean isTerminating() {
    return fsmState.processes().stream()
        .anyMatch(it -> isPending(it) || !(it.is(OsState.ABSENT) || it.is(OsState.UNKILLABLE)));
  }

  /** Returns whether nothing of it lives or is about to. */
  boolean isStopped() {
    return fsmState.processes().stream().allMatch(it -> it.is(OsState.ABSENT) && !isPending(it));
  }

  boolean isStopped(List<ManagedProcess> some) {
    return some.stream()
        .map(it -> fsmState.processes().get(it.index()))
        .allMatch(it -> it.is(OsState.ABSENT) && !isPending(it));
  }

  private static boolean isPending(ProcessFsmState process) {
    return process.state() == ProcessState.BACKOFF || process.state() == ProcessState.BLOCKED;
  }

  long generation(ManagedProcess process) {
    return fsmState.processes().get(process.index()).generation();
  }

  /** Tells the machine, and does what it decides. */
  void handle(FsmEvent event) {
    Duration now = Duration.ofNanos(context.timeSource().nanoTime());
    Transition transition =
        ServiceStateMachine.transition(policy, fsmState, event, now, context.jitter());
    fsmState = transition.next();
    for (Effect effect : transition.effects()) {
      effect.perform(processes.get(effect.process()));
    }
    cancelUnwantedLaunches();
    markDirty();
  }

  private void cancelUnwantedLaunches() {
    for (ManagedProcess managed : processes) {
      ProcessFsmState process = fsmState.processes().get(managed.index());
      if (process.state() == ProcessState.STOPPING && process.is(OsState.SPAWNING)) {
        managed.cancelLaunch(process.incarnation().killAtOnce());
      }
    }
  }

  /** Tells the machine what is told of a process; one that is no longer in it concerns nobody. */
  void handle(ManagedProcess process, FsmEvent report) {
    if (processes.contains(process)) {
      handle(report);
    }
  }

  /** Notes that something of it is to be shown anew. */
  void markDirty() {
    status = null;
    listener.markDirty(this);
  }

  /** Notes a change of the state of a process, for goals and events. */
  void stateChanged(ManagedProcess process, ProcessState from, ProcessState to, Cause cause) {
    listener.stateChanged(this, process, from, to, cause);
    waiters.forEach(waiter -> waiter.stateChanged(process.instance(), from, to, cause));
  }

  void launched(ManagedProcess process, RunningProcess running) {
    listener.launched(this, process, running);
  }

  void adopted(ManagedProcess process, RunningProcess running, String origin) {
    listener.adopted(this, process, running, origin);
  }

  void exited(ManagedProcess process, ProcessIdentity identity, Cause cause) {
    listener.exited(this, process, identity, cause);
  }

  /** Notes that a process is proved gone, though its end may not have been told yet. */
  void terminated(ProcessIdentity identity) {
    listener.terminated(identity);
  }

  boolean isRunning(ManagedProcess process) {
    return isIn(process, ProcessState.RUNNING);
  }

  /** Returns whether a process is in a state now, at the end of a step and not on its way. */
  boolean isIn(ManagedProcess process, ProcessState state) {
    return fsmState.processes().get(process.index()).state() == state;
  }

  void limitsChanged(ManagedProcess process, LimitReport limits) {
    markDirty();
    listener.limitsChanged(this, process, limits);
  }

  void healthChanged(ManagedProcess process, HealthState tally) {
    listener.healthChanged(this, process, tally);
  }

  /** Stops it as soon as nothing that requires it is up any more. */
  void deferStop(String reason) {
    deferredStop = Optional.of(reason);
    restartPending = false;
    markDirty();
  }

  /** Kills all of it, and does not wait for anybody. */
  void kill(String reason) {
    deferredStop = Optional.empty();
    restartPending = false;
    handle(new FsmEvent.Kill(allIndexes(), reason));
  }

  /** Does what somebody wants for some processes that are to be up. */
  void requestUp(FsmEvent.Request request, String reason) {
    Set<String> names = new HashSet<>();
    processes.stream()
        .filter(it -> deferredStop.isPresent() || request.processes().contains(it.index()))
        .forEach(it -> names.add(it.instance().name()));
    deferredStop = Optional.empty();
    restartPending = false;
    waiters.forEach(waiter -> waiter.startRequested(names, reason));
    handle(request);
  }

  /** Notes that it is stopped only to be started again; a stop that somebody wants ends that. */
  void markRestartPending() {
    restartPending = true;
  }

  /** Returns whether it is wanted, or is stopped only to be started again. */
  boolean isExpectedUp() {
    return restartPending || (deferredStop.isEmpty() && isDesiredUp());
  }

  Optional<String> deferredStop() {
    return deferredStop;
  }

  /** What does not run need not wait with its stop, and must not be launched before it. */
  void stopInactiveProcesses() {
    Set<Integer> indexes = new HashSet<>();
    processes.stream()
        .filter(it -> isDesiredUp(it) && !isUp(fsmState.processes().get(it.index()).state()))
        .forEach(it -> indexes.add(it.index()));
    if (!indexes.isEmpty()) {
      handle(new FsmEvent.Stop(indexes, deferredStop.orElseThrow()));
    }
  }

  private static boolean isUp(ProcessState state) {
    return state == ProcessState.STARTING || state == ProcessState.RUNNING;
  }

  /** Does the stop that had to wait. */
  void runDeferredStop() {
    String reason = deferredStop.orElseThrow();
    deferredStop = Optional.empty();
    handle(new FsmEvent.Stop(allIndexes(), reason));
  }

  /** Begins an update once those before it are over. */
  void enqueueUpdate(Runnable begin) {
    updates.add(begin);
    if (updates.size() == 1) {
      begin.run();
    }
  }

  /** Notes that the update that was begun is over, and begins the next. */
  void finishUpdate() {
    updates.remove();
    Runnable next = updates.peek();
    if (next != null) {
      next.run();
    }
  }

  void addWaiter(Waiter waiter) {
    if (removalCause.isPresent()) {
      // Nothing happens to it any more, so that nobody would look at the goal again.
      waiter.fail(this, removalCause.get());
    } else {
      waiters.add(waiter);
      markDirty();
    }
  }

  void removeWaiter(Waiter waiter) {
    waiters.remove(waiter);
  }

  /** Fails all goals, for it will not be there any more. */
  void failAllWaiters(RuntimeException why) {
    removalCause = Optional.of(why);
    List<Waiter> failed = List.copyOf(waiters);
    waiters.clear();
    failed.forEach(waiter -> waiter.fail(this, why));
  }

  /** Completes the goals that are reached. */
  void completeWaiters() {
    waiters.removeIf(waiter -> waiter.completeIfDone(this));
  }

  /** Goes on by another spec, whose processes stand in the given places. */
  void applySpec(ServiceSpec next, List<ProcessInstance> instances) {
    List<ManagedProcess> renewed = new ArrayList<>();
    List<ProcessFsmState> processStates = new ArrayList<>();
    for (ProcessInstance instance : instances) {
      Optional<ManagedProcess> kept = findProcess(instance);
      processStates.add(
          kept.map(it -> fsmState.processes().get(it.index())).orElseGet(ProcessFsmState::initial));
      ManagedProcess process = kept.orElseGet(() -> new ManagedProcess(this, context, instance, 0));
      process.instance(instance);
      renewed.add(process);
    }
    for (int i = 0; i < renewed.size(); i++) {
      renewed.get(i).index(i);
    }
    processes = renewed;
    spec = next;
    policy = policyOf(next);
    // Who waits for a group still does; it now may wait for more than it would have to.
    Optional<ServiceFsmState.RestartGroup> group =
        fsmState.restartGroup().map(it -> new ServiceFsmState.RestartGroup(0, it.delay()));
    fsmState =
        new ServiceFsmState(
            processStates, fsmState.dependencies(), fsmState.recentRestarts(), group);
    markDirty();
  }

  /** Returns the process that is in a place already. */
  Optional<ManagedProcess> findProcess(ProcessInstance instance) {
    return processes.stream().filter(it -> it.instance().isSameProcess(instance)).findFirst();
  }

  ServiceStatus status() {
    ServiceStatus known = status;
    if (known == null) {
      known =
          new ServiceStatus(
              spec.name(),
              fsmState.state(),
              Optional.of(fsmState.cause()),
              blockedOn(),
              processStatuses());
      status = known;
    }
    return known;
  }

  private List<String> blockedOn() {
    return fsmState.state() == ProcessState.BLOCKED
            && fsmState.dependencies() instanceof DependencyState.Waiting closed
        ? closed.blockedOn()
        : List.of();
  }

  private List<ProcessStatus> processStatuses() {
    return processes.stream()
        .map(process -> process.status(fsmState.processes().get(process.index())))
        .toList();
  }

  /** Lets go of its processes without ending them. */
  public void detach() {
    processes.forEach(ManagedProcess::detach);
  }
}
