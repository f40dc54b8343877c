package io.luhproc.supervisor.engine;

import io.luhproc.service.ProcessState;
import io.luhproc.service.ServiceStatus;
import io.luhproc.supervisor.runtime.ProcessRuntime;
import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.time.Timers;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs requests, timers and results of the runtime one at a time on the supervisor's thread.
 * Futures of callers are completed on other threads.
 *
 * <p>After each body, the services that it affects are re-evaluated. The status is published when
 * the loop is idle, or before a caller's future completes.
 */
public final class SupervisorLoop implements Executor, Timers {
  // If the loop is not idle earlier, the status is published after this many bodies.
  private static final int MAX_UNPUBLISHED = 100;

  private final Executor thread;
  private final Timers timers;
  private final ServiceManager services;
  private final FutureCompleter completer;
  // Confined to the supervisor's thread.
  private int unpublished;
  private boolean closed;

  /**
   * Creates a loop.
   *
   * @param thread runs bodies on the supervisor's thread, in order
   * @param timers run bodies on the supervisor's thread, later
   */
  public SupervisorLoop(
      Executor thread, Timers timers, ServiceManager services, FutureCompleter completer) {
    this.thread = thread;
    this.timers = timers;
    this.services = services;
    this.completer = completer;
  }

  @Override
  public void execute(Runnable body) {
    thread.execute(() -> run(body));
  }

  @Override
  public Timer schedule(Duration delay, Runnable body) {
    return timers.schedule(delay, () -> run(body));
  }

  private void run(Runnable body) {
    try {
      body.run();
    } finally {
      afterBody();
    }
  }

  private void afterBody() {
    services.propagate();
    unpublished++;
    if (unpublished >= MAX_UNPUBLISHED) {
      unpublished = 0;
      services.publish();
    }
  }

  // Calls.

  /**
   * Runs a body on the supervisor's thread and waits; returns its value, or throws its exception.
   */
  <T> T callAndWait(Supplier<T> body) {
    CompletableFuture<T> reply = completer.newFuture();
    execute(
        () -> {
          if (closed) {
            reply.completeExceptionally(completer.closedException());
          } else {
            answer(body, reply);
          }
        });
    return await(reply);
  }

  /** Refuses all later calls, runs a last body on the supervisor's thread, and waits. */
  public <T> T closeWith(Supplier<T> body) {
    CompletableFuture<T> reply = completer.newFuture();
    execute(
        () -> {
          closed = true;
          answer(body, reply);
        });
    return await(reply);
  }

  private static <T> T await(CompletableFuture<T> reply) {
    try {
      return reply.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private <T> void answer(Supplier<T> body, CompletableFuture<T> reply) {
    try {
      T value = body.get();
      // Publish first: the caller sees its own changes.
      services.propagate();
      services.publish();
      reply.complete(value);
    } catch (RuntimeException | Error e) {
      reply.completeExceptionally(e);
    }
  }

  /**
   * Runs a body on the supervisor's thread that completes the returned future later. Its exception
   * fails the future.
   */
  <T> CompletableFuture<T> submit(Consumer<CompletableFuture<T>> body) {
    CompletableFuture<T> reply = completer.newFuture();
    thread.execute(() -> run(body, reply));
    return reply;
  }

  private <T> void run(Consumer<CompletableFuture<T>> body, CompletableFuture<T> reply) {
    try {
      if (closed) {
        completer.fail(reply, completer.closedException());
      } else {
        body.accept(reply);
      }
    } catch (RuntimeException | Error e) {
      completer.fail(reply, e);
    } finally {
      afterBody();
    }
  }

  // Results.

  /** Returns a future that fails when the supervisor is closed before it is completed. */
  <T> CompletableFuture<T> newFuture() {
    return completer.newFuture();
  }

  <T> void complete(CompletableFuture<T> reply, T value) {
    completer.complete(reply, value);
  }

  void fail(CompletableFuture<?> reply, Throwable failure) {
    completer.fail(reply, failure);
  }

  /** Completes a future with the result of another one. */
  <T> void forward(CompletableFuture<? extends T> from, CompletableFuture<T> reply) {
    CompletableFuture<?> ignored =
        from.whenComplete(
            (value, failure) -> {
              if (failure == null) {
                complete(reply, value);
              } else {
                fail(reply, failure.getCause() == null ? failure : failure.getCause());
              }
            });
  }

  /** Completes a future when processes reach a goal; fails it when they cannot. */
  void awaitProcesses(
      ManagedService service,
      Waiter.Goal goal,
      Set<String> processes,
      ProcessRuntime runtime,
      CompletableFuture<ServiceStatus> reply) {
    Waiter waiter =
        new Waiter.ForProcesses(
            goal,
            service.name(),
            processes,
            runtime,
            (reached, failure) -> answer(reply, reached, failure));
    addWaiter(service, waiter, reply);
  }

  /** Completes a future when a service is in a state; fails it after a timeout. */
  void awaitState(
      ManagedService service,
      ProcessState state,
      Duration timeout,
      CompletableFuture<ServiceStatus> reply) {
    Waiter waiter = Waiter.forState(state, (reached, failure) -> answer(reply, reached, failure));
    Timer timer =
        schedule(
            timeout,
            () -> {
              if (!waiter.completeIfDone(service)) {
                fail(reply, new TimeoutException(timeoutMessage(service, state, timeout)));
              }
            });
    CompletableFuture<ServiceStatus> ignored =
        reply.whenComplete((status, failure) -> timer.cancel());
    addWaiter(service, waiter, reply);
  }

  /** Adds a waiter. Removes it when its future fails, times out or is cancelled. */
  private void addWaiter(
      ManagedService service, Waiter waiter, CompletableFuture<ServiceStatus> reply) {
    service.addWaiter(waiter);
    CompletableFuture<ServiceStatus> ignored =
        reply.whenComplete(
            (status, failure) -> {
              if (failure != null) {
                execute(() -> service.removeWaiter(waiter));
              }
            });
  }

  private static String timeoutMessage(
      ManagedService service, ProcessState state, Duration timeout) {
    String limit = DurationAndSizeFormat.format(timeout);
    String message = service.name() + " was not " + state + " within " + limit;
    return message + "; it is " + service.state() + ": " + service.fsmState().cause().detail();
  }

  private void answer(
      CompletableFuture<ServiceStatus> reply,
      ManagedService service,
      Optional<Supplier<RuntimeException>> failure) {
    if (failure.isPresent()) {
      completer.fail(reply, failure.get());
    } else {
      completer.complete(reply, service.status());
    }
  }

  /**
   * Runs a body on the supervisor's thread once processes are down.
   *
   * @param onFailure receives the failure if they cannot be stopped, or the exception of the body
   */
  void whenStopped(
      ManagedService service,
      Set<String> processes,
      ProcessRuntime runtime,
      Consumer<Throwable> onFailure,
      Runnable body) {
    service.addWaiter(
        new Waiter.ForProcesses(
            Waiter.Goal.DOWN,
            service.name(),
            processes,
            runtime,
            (reached, failure) -> {
              if (failure.isPresent()) {
                onFailure.accept(failure.get().get());
              } else {
                execute(() -> runOrFail(body, onFailure));
              }
            }));
  }

  private static void runOrFail(Runnable body, Consumer<Throwable> onFailure) {
    try {
      body.run();
    } catch (RuntimeException | Error e) {
      onFailure.accept(e);
    }
  }
}
