package io.luhproc.supervisor.engine;

import io.luhproc.process.OutputMode;
import io.luhproc.service.Cause;
import io.luhproc.service.ProcessState;
import io.luhproc.service.ServiceFailedException;
import io.luhproc.supervisor.runtime.ProcessRuntime;
import io.luhproc.supervisor.state.ProcessFsmState;
import io.luhproc.supervisor.state.ProcessFsmState.OsState;
import io.luhproc.supervisor.state.ProcessInstance;
import io.luhproc.supervisor.state.ServiceFsmState.DesiredState;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Waits for a service to reach a state. Completes once: when it is reached, or cannot be. */
interface Waiter {
  /** Notes that a process has changed its state. */
  default void stateChanged(
      ManagedService service, ProcessInstance process, ProcessState to, Cause cause) {}

  /** Notes that processes were requested to be up. */
  default void startRequested(Set<String> processes, String reason) {}

  /** Notes that a service that this one requires has failed and is restarted later. */
  default void dependencyFailed(ManagedService service, String dependency, Cause cause) {}

  /** Completes if the wait is over, and returns whether it is. */
  boolean completeIfDone(ManagedService service);

  /** Completes with a failure, because the service was removed. */
  void fail(ManagedService service, RuntimeException failure);

  /** Returns a waiter for the state of a whole service. */
  static Waiter forState(
      ProcessState state, BiConsumer<ManagedService, Optional<Supplier<RuntimeException>>> onDone) {
    return new Waiter() {
      private boolean reached;

      /** Notes a state that may have passed before the next publication. */
      @Override
      public void stateChanged(
          ManagedService service, ProcessInstance process, ProcessState to, Cause cause) {
        reached |= service.state() == state;
      }

      @Override
      public boolean completeIfDone(ManagedService service) {
        boolean done = reached || service.state() == state;
        if (done) {
          onDone.accept(service, Optional.empty());
        }
        return done;
      }

      @Override
      public void fail(ManagedService service, RuntimeException failure) {
        onDone.accept(service, Optional.of(() -> failure));
      }
    };
  }

  /** Returns a waiter for the next publication of the status. It also completes after a removal. */
  static Waiter forPublication(Consumer<ManagedService> onPublished) {
    return new Waiter() {
      @Override
      public boolean completeIfDone(ManagedService service) {
        onPublished.accept(service);
        return true;
      }

      @Override
      public void fail(ManagedService service, RuntimeException failure) {
        onPublished.accept(service);
      }
    };
  }

  /** The states that a caller waits for. */
  enum Goal {
    /** Each process runs, or has exited with success. */
    UP,
    /** No process is alive or about to be launched. */
    DOWN
  }

  /** Waits for processes to be up, or down. */
  final class ForProcesses implements Waiter {
    private final Goal goal;
    private final String service;
    private final Set<String> processes;
    private final ProcessRuntime runtime;
    private final BiConsumer<ManagedService, Optional<Supplier<RuntimeException>>> onDone;
    // Reads the output of a failed process, and so is called on the thread of the future.
    private Optional<Supplier<RuntimeException>> failure = Optional.empty();

    /**
     * Creates a waiter.
     *
     * @param processes the names of the processes
     * @param runtime returns the output of a failed process, for messages
     * @param onDone called once; without a failure when the goal is reached
     */
    ForProcesses(
        Goal goal,
        String service,
        Set<String> processes,
        ProcessRuntime runtime,
        BiConsumer<ManagedService, Optional<Supplier<RuntimeException>>> onDone) {
      this.goal = goal;
      this.service = service;
      this.processes = Set.copyOf(processes);
      this.runtime = runtime;
      this.onDone = onDone;
    }

    /** Records the first failure, which ends the wait even if the process is restarted later. */
    @Override
    public void stateChanged(
        ManagedService managed, ProcessInstance process, ProcessState to, Cause cause) {
      boolean failed =
          goal == Goal.UP
              ? isFailedStart(to) && (to == ProcessState.INACTIVE || !awaitsRestart(managed))
              : isFailedStop(to, cause);
      if (failed && processes.contains(process.name())) {
        String verb = goal == Goal.UP ? " did not start: " : " did not stop: ";
        String stopped = to == ProcessState.INACTIVE ? "it was stopped: " : "";
        String next = to == ProcessState.BACKOFF ? "; it is tried again" : "";
        fail(cause, process + verb + stopped + cause.detail() + next, output(process, cause));
      }
    }

    private void fail(Cause cause, String message, Supplier<String> output) {
      if (failure.isEmpty()) {
        failure = Optional.of(() -> new ServiceFailedException(message + output.get(), cause));
      }
    }

    /** Returns the end of the output of a process, which may explain its exit. */
    private Supplier<String> output(ProcessInstance process, Cause cause) {
      boolean hasFiles = process.spec().output().mode() != OutputMode.INHERIT;
      return cause.hasExitStatus() && hasFiles
          ? () ->
              "; what it wrote is in " + runtime.directory(process) + runtime.lastOutput(process)
          : () -> "";
    }

    private static boolean isFailedStart(ProcessState to) {
      return switch (to) {
        case FAILED, BACKOFF, INACTIVE -> true;
        case BLOCKED, STARTING, RUNNING, STOPPING, EXITED -> false;
      };
    }

    /**
     * Returns whether a stop failed. A process that fails while its stop is deferred is down, as
     * requested.
     */
    private static boolean isFailedStop(ProcessState to, Cause cause) {
      return to == ProcessState.FAILED && cause.kind() == Cause.Kind.STOP_FAILED;
    }

    /** Fails a wait for a stop, because a process that is started again may run for ever. */
    @Override
    public void startRequested(Set<String> names, String reason) {
      if (goal == Goal.DOWN && !Collections.disjoint(processes, names)) {
        String message = service + " did not stop: a start came after it: " + reason;
        fail(Cause.requested(reason), message, () -> "");
      }
    }

    @Override
    public void dependencyFailed(ManagedService managed, String dependency, Cause cause) {
      if (goal == Goal.DOWN) {
        return;
      }
      for (ProcessFsmState process : managed.fsmState().processes()) {
        if (processes.contains(process.name()) && process.state() == ProcessState.BLOCKED) {
          fail(
              new Cause(Cause.Kind.DEPENDENCY, cause.detail()),
              "%s did not start: it waits for %s, which failed and is tried again: %s"
                  .formatted(process.instance(), dependency, cause.detail()),
              () -> "");
        }
      }
    }

    /** Records a process that is down, and that no pending request starts. */
    private void checkDown(ManagedService managed) {
      for (ProcessFsmState process : managed.fsmState().processes()) {
        boolean down =
            process.state() == ProcessState.FAILED || process.state() == ProcessState.INACTIVE;
        if (down && !awaitsRestart(managed)) {
          stateChanged(managed, process.instance(), process.state(), process.cause());
        } else if (process.state() == ProcessState.BLOCKED && processes.contains(process.name())) {
          managed.blockedOnStopped().ifPresent(it -> failBlocked(process, it));
        }
      }
    }

    private void failBlocked(ProcessFsmState process, String dependency) {
      String detail = "it waits for " + dependency + ", which is stopped";
      Cause cause = new Cause(Cause.Kind.DEPENDENCY, detail);
      fail(cause, process.instance() + " did not start: " + detail + "; start it", () -> "");
    }

    @Override
    public boolean completeIfDone(ManagedService managed) {
      if (goal == Goal.UP) {
        checkDown(managed);
      }
      boolean done = failure.isPresent() || isReached(managed);
      if (done) {
        onDone.accept(managed, failure);
      }
      return done;
    }

    @Override
    public void fail(ManagedService managed, RuntimeException removal) {
      onDone.accept(managed, Optional.of(() -> removal));
    }

    /** Returns whether its processes are still those before a restart that was requested. */
    private static boolean awaitsRestart(ManagedService managed) {
      return managed.fsmState().desiredState() == DesiredState.RESTARTING;
    }

    private boolean isReached(ManagedService managed) {
      boolean isToStop = managed.fsmState().deferredStop().isPresent();
      if (goal == Goal.UP && isToStop && !processes.isEmpty()) {
        return false;
      }
      for (ProcessFsmState process : managed.fsmState().processes()) {
        if (processes.contains(process.name()) && !isReached(process)) {
          return false;
        }
      }
      return true;
    }

    private boolean isReached(ProcessFsmState process) {
      return switch (process.state()) {
        case RUNNING -> goal == Goal.UP;
        case EXITED -> true;
        case INACTIVE, FAILED -> goal == Goal.DOWN && process.is(OsState.ABSENT);
        case BLOCKED, STARTING, BACKOFF, STOPPING -> false;
      };
    }
  }
}
