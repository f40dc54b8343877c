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
    boolean failed = aim == Aim.UP ? isFailedStart(to) : isFailedStop(cause);
    if (failed) {
      String verb = aim == Aim.UP ? " did not start: " : " did not stop: ";
      String next = to == ProcessState.BACKOFF ? "; it is tried again" : "";
      failure =
          Optional.of(new ServiceFailedException(process + verb + cause.detail() + next, cause));
    }
  }

  /** One that is given up before its turn to be stopped comes is down all the same. */
  private static boolean isFailedStop(Cause cause) {
    return cause.kind() == Cause.Kind.STOP_FAILED;
  }

  private static boolean isFailedStart(ProcessState to) {
    return switch (to) {
      case FAILED, BACKOFF, INACTIVE -> true;
      case BLOCKED, STARTING, RUNNING, STOPPING, EXITED -> false;
    };
  }

  @Override
  public boolean check(Unit unit) {
    if (failure.isEmpty() && unit.pendingStop().isEmpty()) {
      failure = overruled(unit);
    }
    boolean over = failure.isPresent() || isReached(unit);
    if (over) {
      done.accept(unit, failure);
    }
    return over;
  }

  /** Returns why one that is not there yet never will be: it failed, or the opposite is wanted. */
  private Optional<ServiceFailedException> overruled(Unit unit) {
    for (Slot slot : unit.slots()) {
      ProcessLife process = unit.life().processes().get(slot.index());
      String name = slot.place().instance();
      if (processes.contains(name) && !isReached(process) && isOverruled(process)) {
        String what = aim == Aim.UP ? " did not start: " : " was started before it was down: ";
        String message = name + what + process.cause().detail();
        return Optional.of(new ServiceFailedException(message, process.cause()));
      }
    }
    return Optional.empty();
  }

  private boolean isOverruled(ProcessLife process) {
    return switch (aim) {
      case UP -> !process.wanted() || process.state() == ProcessState.FAILED;
      case DOWN -> process.wanted();
    };
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
