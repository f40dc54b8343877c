package io.luhproc.supervisor;

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
final class Inbox {
  private final Runner runner;
  private final Engine engine;
  private final Replies replies;
  // Belongs to the supervisor's thread.
  private boolean over;

  Inbox(Runner runner, Engine engine, Replies replies) {
    this.runner = runner;
    this.engine = engine;
    this.replies = replies;
  }

  /** Does something there and waits; returns what it returns, or throws what it throws. */
  <T> T call(Supplier<T> body) {
    CompletableFuture<T> reply = replies.open();
    runner.execute(
        () -> {
          if (over) {
            reply.completeExceptionally(replies.refusal());
          } else {
            answer(body, reply);
          }
        });
    return await(reply);
  }

  /** Refuses whatever comes after this, does a last thing there and waits. */
  <T> T callLast(Supplier<T> body) {
    CompletableFuture<T> reply = replies.open();
    runner.execute(
        () -> {
          over = true;
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
      engine.settle();
      engine.publish();
      reply.complete(value);
    } catch (RuntimeException | Error e) {
      reply.completeExceptionally(e);
    }
  }

  /** Does something there that answers later, or throws. */
  <T> CompletableFuture<T> ask(Consumer<CompletableFuture<T>> body) {
    CompletableFuture<T> reply = replies.open();
    runner.execute(
        () -> {
          if (over) {
            replies.fail(reply, replies.refusal());
          } else {
            attempt(() -> body.accept(reply), reply);
          }
        });
    return reply;
  }

  /** Answers when processes are up or down, or cannot be; called on the supervisor's thread. */
  void pursue(
      Unit unit, ReachGoal.Aim aim, Set<String> processes, CompletableFuture<ServiceStatus> reply) {
    ReachGoal goal =
        new ReachGoal(
            aim, unit.name(), processes, (reached, failure) -> answer(reply, reached, failure));
    goal.look(unit);
    unit.pursue(goal);
  }

  /** Answers when a service is in a state, or when it was not until the timeout. */
  void await(
      Unit unit, ProcessState state, Duration timeout, CompletableFuture<ServiceStatus> reply) {
    StateGoal goal = new StateGoal(state, (reached, failure) -> answer(reply, reached, failure));
    Timers.Timer timer =
        runner.schedule(
            timeout,
            () -> {
              unit.forget(goal);
              if (!goal.check(unit)) {
                fail(reply, new TimeoutException(notReached(unit, state, timeout)));
              }
            });
    CompletableFuture<ServiceStatus> ignored =
        reply.whenComplete((status, failure) -> timer.cancel());
    unit.pursue(goal);
  }

  private static String notReached(Unit unit, ProcessState state, Duration timeout) {
    String limit = DurationAndSizeFormat.format(timeout);
    String message = unit.name() + " was not " + state + " within " + limit;
    return message + "; it is " + unit.state() + ": " + unit.life().cause().detail();
  }

  private void answer(
      CompletableFuture<ServiceStatus> reply, Unit unit, Optional<RuntimeException> failure) {
    if (failure.isPresent()) {
      replies.fail(reply, failure.get());
    } else {
      replies.complete(reply, unit.status());
    }
  }

  /** Returns a future that fails when the supervisor is closed before it was answered. */
  <T> CompletableFuture<T> open() {
    return replies.open();
  }

  <T> void complete(CompletableFuture<T> reply, T value) {
    replies.complete(reply, value);
  }

  void fail(CompletableFuture<?> reply, Throwable failure) {
    replies.fail(reply, failure);
  }

  /** Does something there once processes are down; fails the reply if they cannot be. */
  void whenDown(
      Unit unit, Set<String> processes, CompletableFuture<ServiceStatus> reply, Runnable body) {
    whenDown(
        unit,
        processes,
        failure -> {
          if (failure.isPresent()) {
            replies.fail(reply, failure.get());
          } else {
            attempt(body, reply);
          }
        });
  }

  /** Tells there once processes are down, or why they cannot be. */
  void whenDown(Unit unit, Set<String> processes, Consumer<Optional<RuntimeException>> then) {
    unit.pursue(
        new ReachGoal(
            ReachGoal.Aim.DOWN,
            unit.name(),
            processes,
            (reached, failure) -> runner.execute(() -> then.accept(failure.map(it -> it)))));
  }

  /** Does something; what it throws fails the reply, and makes the answer false. */
  boolean attempt(Runnable body, CompletableFuture<?> reply) {
    try {
      body.run();
      return true;
    } catch (RuntimeException | Error e) {
      replies.fail(reply, e);
      return false;
    }
  }
}
