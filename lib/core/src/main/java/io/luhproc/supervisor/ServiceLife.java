package io.luhproc.supervisor;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * What is known and intended of a service.
 *
 * @param processes of each process, in the order of the service; at least one
 * @param gate whether its dependencies let it start
 * @param restarts when its recent restarts were, oldest first, on the clock of the machine's caller
 * @param group those that are being restarted together, while some are still to go
 */
record ServiceLife(
    List<ProcessLife> processes, GateState gate, List<Duration> restarts, Optional<Group> group) {

  // What a person has to know first, first.
  private static final List<ProcessState> BY_WEIGHT =
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
  record Group(int first, Duration delay) {
    Group {
      if (first < 0) {
        throw new IllegalArgumentException("first (" + first + ") must not be negative");
      }
    }

    /** Returns the one that holds both, and waits for the longer time. */
    Group with(Group other) {
      Duration longer = delay.compareTo(other.delay) > 0 ? delay : other.delay;
      return new Group(Math.min(first, other.first), longer);
    }
  }

  ServiceLife {
    processes = List.copyOf(processes);
    restarts = List.copyOf(restarts);
    if (processes.isEmpty()) {
      throw new IllegalArgumentException("processes (" + processes + ") must be one or more");
    }
  }

  /** Returns a service of so many processes that was never started. */
  static ServiceLife initial(int processes, GateState gate) {
    List<ProcessLife> lives = Collections.nCopies(processes, ProcessLife.initial());
    return new ServiceLife(lives, gate, List.of(), Optional.empty());
  }

  /** Returns what a person has to know first of its processes: whether one failed, is stopping … */
  ProcessState state() {
    // Asked at every turn, and so without a stream.
    int first = BY_WEIGHT.size();
    for (ProcessLife process : processes) {
      first = Math.min(first, BY_WEIGHT.indexOf(process.state()));
    }
    return BY_WEIGHT.get(first);
  }

  /** Returns why it is in its state: what befell a process itself rather than through another. */
  Cause cause() {
    ProcessState state = state();
    List<Cause> causes =
        processes.stream().filter(it -> it.state() == state).map(ProcessLife::cause).toList();
    return causes.stream()
        .filter(it -> it.kind() != Cause.Kind.PEER)
        .findFirst()
        .orElse(causes.get(0));
  }
}
