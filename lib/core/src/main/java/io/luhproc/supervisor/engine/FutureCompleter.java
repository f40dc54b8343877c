package io.luhproc.supervisor.engine;

import io.luhproc.LuhprocException;
import io.luhproc.time.ResizableExecutor;
import io.luhproc.time.Threads;
import io.luhproc.time.Timers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Completes the futures of callers on separate threads, so that their callbacks do not block the
 * supervisor's thread. A callback may wait for another future, so a thread is added when all are
 * busy for 100 ms.
 */
public final class FutureCompleter implements AutoCloseable {
  private static final Duration STALL_CHECK_INTERVAL = Duration.ofMillis(100);

  private final ResizableExecutor threads;
  private final Timers timers;
  private final Path directory;
  private final Map<Long, CompletableFuture<?>> pending = new ConcurrentHashMap<>();
  private final AtomicLong nextId = new AtomicLong();
  private final AtomicLong queued = new AtomicLong();
  private final AtomicLong startedCount = new AtomicLong();
  private final AtomicBoolean stallCheckScheduled = new AtomicBoolean();
  private volatile boolean closed;

  public FutureCompleter(ResizableExecutor threads, Timers timers, Path directory) {
    this.threads = threads;
    this.timers = timers;
    this.directory = directory;
  }

  /** Returns a future that fails if this completer is closed first. */
  <T> CompletableFuture<T> newFuture() {
    CompletableFuture<T> reply = new CompletableFuture<>();
    long number = nextId.incrementAndGet();
    pending.put(number, reply);
    CompletableFuture<T> ignored = reply.whenComplete((value, failure) -> pending.remove(number));
    if (closed) {
      reply.completeExceptionally(closedException());
    }
    return reply;
  }

  <T> void complete(CompletableFuture<T> reply, T value) {
    enqueue(() -> reply.complete(value));
  }

  void fail(CompletableFuture<?> reply, Throwable failure) {
    enqueue(() -> reply.completeExceptionally(failure));
  }

  /** Fails a future with an exception that is created on the thread that completes it. */
  void fail(CompletableFuture<?> reply, Supplier<RuntimeException> failure) {
    enqueue(
        () -> {
          boolean ignored = reply.completeExceptionally(createOrCatch(failure));
        });
  }

  private static RuntimeException createOrCatch(Supplier<RuntimeException> failure) {
    try {
      return failure.get();
    } catch (RuntimeException e) {
      return e;
    }
  }

  private void enqueue(Runnable body) {
    queued.incrementAndGet();
    threads.execute(() -> run(body));
    if (stallCheckScheduled.compareAndSet(false, true)) {
      scheduleStallCheck(startedCount.get());
    }
  }

  private void run(Runnable body) {
    queued.decrementAndGet();
    startedCount.incrementAndGet();
    body.run();
  }

  /**
   * Schedules a check whether any completion has begun since; if none has, all threads are busy.
   */
  private void scheduleStallCheck(long begunBefore) {
    timers.schedule(STALL_CHECK_INTERVAL, () -> checkForStall(begunBefore));
  }

  private void checkForStall(long begunBefore) {
    if (queued.get() == 0) {
      stallCheckScheduled.set(false);
      return;
    }
    if (startedCount.get() == begunBefore) {
      threads.grow();
    }
    scheduleStallCheck(startedCount.get());
  }

  /** Returns the exception for calls after the close. */
  LuhprocException closedException() {
    return new LuhprocException("the supervisor of " + directory + " is closed; build another");
  }

  /** Fails all futures that are not completed yet. */
  @Override
  public void close() {
    closed = true;
    // Each on a thread of its own: a callback may never return.
    Executor each = Threads.threadPerTask("reply");
    for (CompletableFuture<?> reply : pending.values()) {
      each.execute(() -> reply.completeExceptionally(closedException()));
    }
  }
}
