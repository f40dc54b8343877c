package io.luhproc.supervisor.engine;

import io.luhproc.service.ProcessState;
import io.luhproc.service.ServiceStatus;
import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.time.Timers;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** How what callers want comes to the supervisor's thread, and the answers back. */
public final class SupervisorLoop {
  private final LoopExecutor executor;
  private final ServiceManager services;
  private final FutureCompleter completer;
  // Belongs to the supervisor's thread.
  private boolean closed;

  public SupervisorLoop(LoopExecutor executor, ServiceManager services, FutureCompleter completer) {
    this.executor = executor;
    this.services = services;
    this.completer = completer;
  }

  /** Does something there and waits; returns what it returns, or throws what it throws. */
  <T> T callAndWait(Supplier<T> body) {
    CompletableFuture<T> reply = completer.newFuture();
    executor.execute(
        () -> {
          if (closed) {
            reply.completeExceptionally(completer.closedException());
          } else {
            answer(body, reply);
          }
        });
    return await(reply);
  }

  /** Refuses whatever comes after this, does a last thing there and waits. */
  public <T> T closeWith(Supplier<T> body) {
    CompletableFuture<T> reply = completer.newFuture();
    executor.execute(
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
      // Who called sees what it did.
      services.propagate();
      services.publish();
      reply.complete(value);
    } catch (RuntimeException | Error e) {
      reply.completeExceptionally(e);
    }
  }

  /** Does something there that answers later, or throws. */
  <T> CompletableFuture<T> submit(Consumer<CompletableFuture<T>> body) {
    CompletableFuture<T> reply = completer.newFuture();
    executor.execute(
        () -> {
          if (closed) {
            completer.fail(reply, completer.closedException());
          } else {
            tryRun(() -> body.accept(reply), reply);
          }
        });
    return reply;
  }

  /** Answers when processes are up or down, or cannot be; called on the supervisor's thread. */
  void awaitDesiredState(
      ManagedService service,
      DesiredStateWaiter.DesiredState desiredState,
      Set<String> processes,
      CompletableFuture<ServiceStatus> reply) {
    DesiredStateWaiter waiter =
        new DesiredStateWaiter(
            desiredState,
            service.name(),
            processes,
            (reached, failure) -> answer(reply, reached, failure));
    waiter.checkInitialStates(service);
    service.addWaiter(waiter);
  }

  /** Answers when a service is in a state, or when it was not until the timeout. */
  void await(
      ManagedService service,
      ProcessState state,
      Duration timeout,
      CompletableFuture<ServiceStatus> reply) {
    StateWaiter waiter =
        new StateWaiter(state, (reached, failure) -> answer(reply, reached, failure));
    Timers.Timer timer =
        executor.schedule(
            timeout,
            () -> {
              service.removeWaiter(waiter);
              if (!waiter.completeIfDone(service)) {
                fail(reply, new TimeoutException(timeoutMessage(service, state, timeout)));
              }
            });
    CompletableFuture<ServiceStatus> ignored =
        reply.whenComplete((status, failure) -> timer.cancel());
    service.addWaiter(waiter);
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
      Optional<RuntimeException> failure) {
    if (failure.isPresent()) {
      completer.fail(reply, failure.get());
    } else {
      completer.complete(reply, service.status());
    }
  }

  /** Returns a future that fails when the supervisor is closed before it was answered. */
  <T> CompletableFuture<T> open() {
    return completer.newFuture();
  }

  <T> void complete(CompletableFuture<T> reply, T value) {
    completer.complete(reply, value);
  }

  void fail(CompletableFuture<?> reply, Throwable failure) {
    completer.fail(reply, failure);
  }

  /** Does something there once processes are down; fails the reply if they cannot be. */
  void whenStopped(
      ManagedService service,
      Set<String> processes,
      CompletableFuture<ServiceStatus> reply,
      Runnable body) {
    whenStopped(
        service,
        processes,
        failure -> {
          if (failure.isPresent()) {
            completer.fail(reply, failure.get());
          } else {
            tryRun(body, reply);
          }
        });
  }

  /** Tells there once processes are down, or why they cannot be. */
  void whenStopped(
      ManagedService service, Set<String> processes, Consumer<Optional<RuntimeException>> then) {
    service.addWaiter(
        new DesiredStateWaiter(
            DesiredStateWaiter.DesiredState.DOWN,
            service.name(),
            processes,
            (reached, failure) -> executor.execute(() -> then.accept(failure.map(it -> it)))));
  }

  /** Does something; what it throws fails the reply, and makes the answer false. */
  boolean tryRun(Runnable body, CompletableFuture<?> reply) {
    try {
      body.run();
      return true;
    } catch (RuntimeException | Error e) {
      completer.fail(reply, e);
      return false;
    }
  }
}
