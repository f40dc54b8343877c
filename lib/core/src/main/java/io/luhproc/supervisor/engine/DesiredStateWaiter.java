package io.luhproc.supervisor.engine;

import io.luhproc.process.OutputMode;
import io.luhproc.service.Cause;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ServiceFailedException;
import io.luhproc.supervisor.runtime.ProcessInstance;
import io.luhproc.supervisor.state.OsState;
import io.luhproc.supervisor.state.ProcessFsmState;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** Waits for processes to be up, or down. */
final class DesiredStateWaiter implements Waiter {
  private final DesiredState desiredState;
  private final String service;
  private final Set<String> processes;
  private final BiConsumer<ManagedService, Optional<RuntimeException>> onDone;
  private Optional<RuntimeException> failure = Optional.empty();

  enum DesiredState {
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
   * @param onDone is told; with nothing when the goal is reached
   */
  DesiredStateWaiter(
      DesiredState desiredState,
      String service,
      Set<String> processes,
      BiConsumer<ManagedService, Optional<RuntimeException>> onDone) {
    this.desiredState = desiredState;
    this.service = service;
    this.processes = Set.copyOf(processes);
    this.onDone = onDone;
  }

  /** Takes what had failed at once, before anybody could wait for it. */
  void checkInitialStates(ManagedService service) {
    for (ManagedProcess managed : service.processes()) {
      ProcessFsmState process = service.fsmState().processes().get(managed.index());
      if (desiredState == DesiredState.UP && process.state() != ProcessState.BACKOFF) {
        stateChanged(managed.instance(), process.state(), process.state(), process.cause());
      }
    }
  }

  /** A first start that fails is told at once, though it may be tried again. */
  @Override
  public void stateChanged(
      ProcessInstance process, ProcessState from, ProcessState to, Cause cause) {
    boolean failed = desiredState == DesiredState.UP ? isFailedStart(to) : isFailedStop(to, cause);
    if (failed && processes.contains(process.name()) && failure.isEmpty()) {
      String verb = desiredState == DesiredState.UP ? " did not start: " : " did not stop: ";
      String stopped = to == ProcessState.INACTIVE ? "it was stopped: " : "";
      String next = to == ProcessState.BACKOFF ? "; it is tried again" : "";
      String message = process + verb + stopped + cause.detail() + next + logHint(process, cause);
      failure = Optional.of(new ServiceFailedException(message, cause));
    }
  }

  /** Of an end it is the program that knows more. */
  private static String logHint(ProcessInstance process, Cause cause) {
    boolean hasFiles = process.spec().output().mode() != OutputMode.INHERIT;
    return cause.hasExitStatus() && hasFiles
        ? "; what it wrote is in " + process.location().directory()
        : "";
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
  public void startRequested(Set<String> names, String reason) {
    if (desiredState == DesiredState.DOWN
        && failure.isEmpty()
        && !Collections.disjoint(processes, names)) {
      Cause cause = Cause.requested(reason);
      String message = service + " did not stop: a start came after it: " + reason;
      failure = Optional.of(new ServiceFailedException(message, cause));
    }
  }

  @Override
  public boolean completeIfDone(ManagedService service) {
    boolean over = failure.isPresent() || isReached(service);
    if (over) {
      onDone.accept(service, failure);
    }
    return over;
  }

  @Override
  public void fail(ManagedService service, RuntimeException why) {
    onDone.accept(service, Optional.of(why));
  }

  private boolean isReached(ManagedService service) {
    for (ManagedProcess managed : service.processes()) {
      ProcessFsmState process = service.fsmState().processes().get(managed.index());
      if (processes.contains(managed.instance().name()) && !isReached(process)) {
        return false;
      }
    }
    return true;
  }

  private boolean isReached(ProcessFsmState process) {
    return switch (process.state()) {
      case RUNNING -> desiredState == DesiredState.UP;
      case EXITED -> true;
      case INACTIVE, FAILED -> desiredState == DesiredState.DOWN && process.is(OsState.ABSENT);
      case BLOCKED, STARTING, BACKOFF, STOPPING -> false;
    };
  }
}
