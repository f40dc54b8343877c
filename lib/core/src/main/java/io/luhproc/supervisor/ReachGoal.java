package io.luhproc.supervisor;

import io.luhproc.process.OutputMode;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** Waits for processes to be up, or down. */
final class ReachGoal implements Goal {
  private final Aim aim;
  private final String service;
  private final Set<String> processes;
  private final BiConsumer<Unit, Optional<RuntimeException>> done;
  private Optional<RuntimeException> failure = Optional.empty();

  enum Aim {
    /** Each runs, or has exited with success. */
    UP,
    /** None lives or is about to. */
    DOWN
  }

  /**
   * Creates one.
   *
   * @param service the name of their service, for messages
   * @param processes the names of those that are concerned
   * @param done is told; with nothing when the goal is reached
   */
  ReachGoal(
      Aim aim,
      String service,
      Set<String> processes,
      BiConsumer<Unit, Optional<RuntimeException>> done) {
    this.aim = aim;
    this.service = service;
    this.processes = Set.copyOf(processes);
    this.done = done;
  }

  /** Takes what had failed at once, before anybody could wait for it. */
  void look(Unit unit) {
    for (Slot slot : unit.slots()) {
      ProcessLife process = unit.life().processes().get(slot.index());
      if (aim == Aim.UP && process.state() != ProcessState.BACKOFF) {
        changed(slot.place(), process.state(), process.state(), process.cause());
      }
    }
  }

  /** A first start that fails is told at once, though it may be tried again. */
  @Override
  public void changed(Place process, ProcessState from, ProcessState to, Cause cause) {
    boolean failed = aim == Aim.UP ? isFailedStart(to) : isFailedStop(to, cause);
    if (failed && processes.contains(process.instance()) && failure.isEmpty()) {
      String verb = aim == Aim.UP ? " did not start: " : " did not stop: ";
      String stopped = to == ProcessState.INACTIVE ? "it was stopped: " : "";
      String next = to == ProcessState.BACKOFF ? "; it is tried again" : "";
      String message =
          process + verb + stopped + cause.detail() + next + whatItWrote(process, cause);
      failure = Optional.of(new ServiceFailedException(message, cause));
    }
  }

  /** Of an end it is the program that knows more. */
  private static String whatItWrote(Place process, Cause cause) {
    boolean hasFiles = process.spec().output().mode() != OutputMode.INHERIT;
    return cause.isTold() && hasFiles ? "; what it wrote is in " + process.home().directory() : "";
  }

  private static boolean isFailedStart(ProcessState to) {
    return switch (to) {
      case FAILED, BACKOFF, INACTIVE -> true;
      case BLOCKED, STARTING, RUNNING, STOPPING, EXITED -> false;
    };
  }

  /** One that is given up while its stop has to wait is down, as was wanted. */
  private static boolean isFailedStop(ProcessState to, Cause cause) {
    return to == ProcessState.FAILED && cause.kind() == Cause.Kind.STOP_FAILED;
  }

  /** Whoever waits for a process to be down would do so for as long as it runs well. */
  @Override
  public void started(Set<String> names, String why) {
    if (aim == Aim.DOWN && failure.isEmpty() && !Collections.disjoint(processes, names)) {
      Cause cause = Cause.wanted(why);
      String message = service + " did not stop: a start came after it: " + why;
      failure = Optional.of(new ServiceFailedException(message, cause));
    }
  }

  @Override
  public boolean check(Unit unit) {
    boolean over = failure.isPresent() || isReached(unit);
    if (over) {
      done.accept(unit, failure);
    }
    return over;
  }

  @Override
  public void fail(Unit unit, RuntimeException why) {
    done.accept(unit, Optional.of(why));
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
      case INACTIVE, FAILED -> aim == Aim.DOWN && process.is(Presence.NONE);
      case BLOCKED, STARTING, BACKOFF, STOPPING -> false;
    };
  }
}
