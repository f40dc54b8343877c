package io.luhproc.supervisor.state;

import io.luhproc.service.Cause;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ServiceSpec;
import io.luhproc.supervisor.state.ProcessFsmState.LaunchFlag;
import io.luhproc.supervisor.state.ProcessFsmState.OsState;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The complete state of a service, which determines all decisions about it.
 *
 * @param spec its spec
 * @param processes its processes, in the order of the spec; at least one
 * @param dependencies whether its dependencies allow it to start
 * @param recentRestarts the times of its recent restarts, oldest first, on the clock of the
 *     machine's caller
 * @param restartGroup the processes that are restarted together; present until all have stopped
 * @param deferredStop a stop that waits for dependents
 * @param updates the pending updates; the first one is in progress
 * @param retiredGeneration the highest generation of any removed process
 */
public record ServiceFsmState(
    ServiceSpec spec,
    List<ProcessFsmState> processes,
    DependencyState dependencies,
    List<Duration> recentRestarts,
    Optional<RestartGroup> restartGroup,
    Optional<DeferredStop> deferredStop,
    List<Update> updates,
    long retiredGeneration) {

  // The state of the service is the first of these that any of its processes has.
  private static final List<ProcessState> BY_SEVERITY =
      List.of(
          ProcessState.FAILED,
          ProcessState.STOPPING,
          ProcessState.BLOCKED,
          ProcessState.STARTING,
          ProcessState.BACKOFF,
          ProcessState.RUNNING,
          ProcessState.EXITED,
          ProcessState.INACTIVE);

  /** The desired state of a service. */
  public enum DesiredState {
    /** The service should run. */
    UP,
    /** The service should not run. */
    DOWN,
    /** The service should stop, and then run again. */
    RESTARTING
  }

  /**
   * The processes that are restarted together.
   *
   * @param processes their names
   * @param delay the delay after the last process has stopped
   */
  public record RestartGroup(Set<String> processes, Duration delay) {
    public RestartGroup {
      processes = Set.copyOf(processes);
    }

    /** Returns the union of both groups, with the longer delay. */
    RestartGroup merge(RestartGroup other) {
      Duration longer = delay.compareTo(other.delay) > 0 ? delay : other.delay;
      return new RestartGroup(union(processes, other.processes), longer);
    }
  }

  private static Set<String> union(Set<String> some, Set<String> others) {
    Set<String> all = new LinkedHashSet<>(some);
    all.addAll(others);
    return all;
  }

  /**
   * A stop that waits until no dependent is up.
   *
   * @param reason why the service is stopped
   * @param stoppedEarly the names of processes that were stopped at once, because they were not up
   * @param restart the names of the processes that are started again after the stop
   */
  public record DeferredStop(String reason, Set<String> stoppedEarly, Set<String> restart) {
    public DeferredStop {
      stoppedEarly = Set.copyOf(stoppedEarly);
      restart = Set.copyOf(restart);
    }

    /** Returns whether it stops processes only to start them again. */
    public boolean isRestart() {
      return !restart.isEmpty();
    }

    DeferredStop withRestartOf(Set<String> others) {
      return new DeferredStop(reason, stoppedEarly, union(restart, others));
    }

    DeferredStop withoutRestartOf(Predicate<String> others) {
      Set<String> rest = new LinkedHashSet<>(restart);
      rest.removeIf(others);
      return new DeferredStop(reason, stoppedEarly, rest);
    }
  }

  /**
   * An update that is not applied yet.
   *
   * @param request its number and the new spec
   * @param startAdded whether the processes that it adds are started
   * @param ready whether the processes that it removes are stopped
   */
  public record Update(FsmEvent.UpdateRequested request, boolean startAdded, boolean ready) {
    Update startAdded(boolean flag) {
      return new Update(request, flag, ready);
    }

    Update asReady() {
      return new Update(request, startAdded, true);
    }
  }

  public ServiceFsmState {
    processes = List.copyOf(processes);
    recentRestarts = List.copyOf(recentRestarts);
    updates = List.copyOf(updates);
    if (processes.isEmpty()) {
      throw new IllegalArgumentException("processes (" + processes + ") must be one or more");
    }
  }

  /** Returns a service that was never started. */
  public static ServiceFsmState initial(ServiceSpec spec, DependencyState dependencies) {
    return initial(spec, ProcessInstance.of(spec), dependencies);
  }

  /**
   * Returns a service that was never started.
   *
   * @param instances its processes
   */
  public static ServiceFsmState initial(
      ServiceSpec spec, List<ProcessInstance> instances, DependencyState dependencies) {
    List<ProcessFsmState> processes =
        instances.stream().map(it -> ProcessFsmState.initial(it, 0)).toList();
    return new ServiceFsmState(
        spec, processes, dependencies, List.of(), Optional.empty(), Optional.empty(), List.of(), 0);
  }

  /** Returns the process with a name; empty if there is none. */
  public Optional<ProcessFsmState> process(String name) {
    // Called for each effect, so it avoids a stream.
    for (ProcessFsmState process : processes) {
      if (process.name().equals(name)) {
        return Optional.of(process);
      }
    }
    return Optional.empty();
  }

  /** Returns the names of all processes. */
  public Set<String> names() {
    return names(process -> true);
  }

  private Set<String> names(Predicate<ProcessFsmState> condition) {
    Set<String> names = new LinkedHashSet<>();
    processes.stream().filter(condition).forEach(process -> names.add(process.name()));
    return names;
  }

  /** Returns the most severe state of its processes. */
  public ProcessState state() {
    // Called after each event, so it avoids a stream.
    int first = BY_SEVERITY.size();
    for (ProcessFsmState process : processes) {
      first = Math.min(first, BY_SEVERITY.indexOf(process.state()));
    }
    return BY_SEVERITY.get(first);
  }

  /** Returns the cause of its state. Prefers a process whose cause is not a failed sibling. */
  public Cause cause() {
    ProcessState state = state();
    List<Cause> causes =
        processes.stream().filter(it -> it.state() == state).map(ProcessFsmState::cause).toList();
    return causes.stream()
        .filter(it -> it.kind() != Cause.Kind.SIBLING_FAILED)
        .findFirst()
        .orElse(causes.get(0));
  }

  /** Returns whether the desired state of any process is up. */
  public boolean isDesiredUp() {
    return processes.stream().anyMatch(ProcessFsmState::desiredUp);
  }

  /** Returns the desired state of the service. */
  public DesiredState desiredState() {
    if (deferredStop.isPresent()) {
      return deferredStop.get().isRestart() ? DesiredState.RESTARTING : DesiredState.DOWN;
    }
    return isDesiredUp() ? DesiredState.UP : DesiredState.DOWN;
  }

  /** Returns the names of the processes that run once all requests are fulfilled. */
  public Set<String> expectedUp() {
    return switch (desiredState()) {
      case UP -> names(ProcessFsmState::desiredUp);
      case DOWN -> Set.of();
      case RESTARTING -> deferredStop.map(DeferredStop::restart).orElse(Set.of());
    };
  }

  /** Returns whether the health check of any process fails, or any stops by itself. */
  public boolean isUnhealthy() {
    return processes.stream()
        .map(ProcessFsmState::incarnation)
        .anyMatch(it -> it.is(LaunchFlag.UNHEALTHY) || it.is(LaunchFlag.LEAVING));
  }

  /** Returns whether a one-shot process has not completed yet. */
  boolean hasRunningOneshot() {
    return !runningOneshots().isEmpty();
  }

  /** Returns the one-shot processes that have not completed yet, with the name of the service. */
  List<String> runningOneshots() {
    return processes.stream()
        .filter(it -> it.instance().spec().oneshot() && it.state() == ProcessState.RUNNING)
        .map(it -> it.instance().toString())
        .toList();
  }

  /**
   * Returns the processes of its spec of which no replica is started, while others are. Nothing
   * starts them but a request. A service that requires this one cannot start without them.
   */
  public List<String> stoppedParts() {
    return spec.processes().stream()
        .map(ProcessSpec::name)
        .filter(
            name ->
                processes.stream()
                    .filter(it -> it.instance().spec().name().equals(name))
                    .allMatch(it -> it.state() == ProcessState.INACTIVE))
        .map(name -> spec.name() + "/" + name)
        .toList();
  }

  /** Returns the names of the processes to start when another service requires this one. */
  public Set<String> toStartAsDependency() {
    return names(it -> !it.desiredUp() || it.state() == ProcessState.FAILED);
  }

  /** Returns whether all process trees are gone and no launch is pending. */
  public boolean isStopped() {
    return processes.stream().allMatch(ProcessFsmState::isStopped);
  }

  /** Returns whether no process is alive, apart from unkillable ones. A launch may be pending. */
  public boolean isGoneOrUnkillable() {
    return processes.stream().allMatch(it -> it.is(OsState.ABSENT) || it.is(OsState.UNKILLABLE));
  }

  /** Returns whether a process is not up although its desired state is up. */
  public boolean hasInactiveDesiredUp() {
    return processes.stream().anyMatch(it -> it.desiredUp() && !it.isUp());
  }
}
