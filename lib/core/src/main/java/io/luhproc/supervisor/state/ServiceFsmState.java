package io.luhproc.supervisor.state;

import io.luhproc.service.Cause;
import io.luhproc.service.ProcessState;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What is known and intended of a service.
 *
 * @param processes of each process, in the order of the service; at least one
 * @param dependencies whether its dependencies let it start
 * @param recentRestarts when its recent restarts were, oldest first, on the clock of the machine's
 *     caller
 * @param restartGroup those that are being restarted together, while some are still to go
 */
public record ServiceFsmState(
    List<ProcessFsmState> processes,
    DependencyState dependencies,
    List<Duration> recentRestarts,
    Optional<RestartGroup> restartGroup) {

  // What a person has to know first, first.
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

  /**
   * Those that are restarted together.
   *
   * @param first the index of the first; all after it are concerned
   * @param delay how long to wait once the last is gone
   */
  public record RestartGroup(int first, Duration delay) {
    public RestartGroup {
      if (first < 0) {
        throw new IllegalArgumentException("first (" + first + ") must not be negative");
      }
    }

    /** Returns the one that holds both, and waits for the longer time. */
    RestartGroup merge(RestartGroup other) {
      Duration longer = delay.compareTo(other.delay) > 0 ? delay : other.delay;
      return new RestartGroup(Math.min(first, other.first), longer);
    }
  }

  public ServiceFsmState {
    processes = List.copyOf(processes);
    recentRestarts = List.copyOf(recentRestarts);
    if (processes.isEmpty()) {
      throw new IllegalArgumentException("processes (" + processes + ") must be one or more");
    }
  }

  /** Returns a service of so many processes that was never started. */
  public static ServiceFsmState initial(int processes, DependencyState dependencies) {
    List<ProcessFsmState> processStates = Collections.nCopies(processes, ProcessFsmState.initial());
    return new ServiceFsmState(processStates, dependencies, List.of(), Optional.empty());
  }

  /** Returns what a person has to know first of its processes: whether one failed, is stopping … */
  public ProcessState state() {
    // Asked at every turn, and so without a stream.
    int first = BY_SEVERITY.size();
    for (ProcessFsmState process : processes) {
      first = Math.min(first, BY_SEVERITY.indexOf(process.state()));
    }
    return BY_SEVERITY.get(first);
  }

  /** Returns why it is in its state: what befell a process itself rather than through another. */
  public Cause cause() {
    ProcessState state = state();
    List<Cause> causes =
        processes.stream().filter(it -> it.state() == state).map(ProcessFsmState::cause).toList();
    return causes.stream()
        .filter(it -> it.kind() != Cause.Kind.SIBLING_FAILED)
        .findFirst()
        .orElse(causes.get(0));
  }
}
