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

/**
 * Completes the futures of callers, on threads other than the supervisor's, which must not wait for
 * the callers' code. A callback may itself wait for another future: where no thread is free for a
 * while, another one is added.
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

  /** Returns a future that fails when this is closed before it was completed. */
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

  /** Checks later whether any completion has begun since; if not, all threads are busy. */
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

  /** Returns the failure of calls after the close. */
  LuhprocException closedException() {
    return new LuhprocException(
        "the supervisor of " + directory + " is closed; build another one to go on");
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
