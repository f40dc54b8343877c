package io.luhproc.supervisor;

import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** Waits for processes to be up, or down. */
final class ReachGoal implements Goal {
  private final Aim aim;
  private final Set<String> processes;
  private final BiConsumer<Unit, Optional<ServiceFailedException>> done;
  private Optional<ServiceFailedException> failure = Optional.empty();

  enum Aim {
    /** Each runs, or has exited with success. */
    UP,
    /** None lives or is about to. */
    DOWN
  }

  /**
   * Creates one.
   *
   * @param processes the names of those that are concerned
   * @param done is told; with nothing when the goal is reached
   */
  ReachGoal(
      Aim aim, Set<String> processes, BiConsumer<Unit, Optional<ServiceFailedException>> done) {
    this.aim = aim;
    this.processes = Set.copyOf(processes);
    this.done = done;
  }

  /** A first start that fails is told at once, though it may be tried again. */
  @Override
  public void changed(String process, ProcessState from, ProcessState to, Cause cause) {
    if (!processes.contains(process) || failure.isPresent()) {
      return;
    }
    boolean failed = aim == Aim.UP ? isFailedStart(to) : to == ProcessState.FAILED;
    if (failed) {
      String verb = aim == Aim.UP ? " did not start: " : " did not stop: ";
      String next = to == ProcessState.BACKOFF ? "; it is tried again" : "";
      failure =
          Optional.of(new ServiceFailedException(process + verb + cause.detail() + next, cause));
    }
  }

  private static boolean isFailedStart(ProcessState to) {
    return switch (to) {
      case FAILED, BACKOFF, INACTIVE -> true;
      case BLOCKED, STARTING, RUNNING, STOPPING, EXITED -> false;
    };
  }

  @Override
  public boolean check(Unit unit) {
    boolean over = failure.isPresent() || isReached(unit);
    if (over) {
      done.accept(unit, failure);
    }
    return over;
  }

  private boolean isReached(Unit unit) {
    for (Slot slot : unit.slots()) {
      ProcessLife process = unit.life().processes().get(slot.index());
      if (processes.contains(slot.place().instance()) && !isReached(process)) {
        return false;
      }
    }
    return true;
  }

  private boolean isReached(ProcessLife process) {
    return switch (process.state()) {
      case RUNNING -> aim == Aim.UP;
      case EXITED -> true;
      case INACTIVE, FAILED -> aim == Aim.DOWN;
      case BLOCKED, STARTING, BACKOFF, STOPPING -> false;
    };
  }
}
