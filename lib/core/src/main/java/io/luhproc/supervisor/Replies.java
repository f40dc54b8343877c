package io.luhproc.supervisor;

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
 * The futures that callers wait for. They complete on threads other than the supervisor's, which
 * must not be held up by what callers do then. There is one thread more for each reply that finds
 * none free for a while, because callers may wait for one reply where another completes.
 */
final class Replies implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMillis(100);

  private final ResizableExecutor threads;
  private final Timers timers;
  private final Path directory;
  private final Map<Long, CompletableFuture<?>> open = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private final AtomicLong waiting = new AtomicLong();
  private final AtomicLong begun = new AtomicLong();
  private final AtomicBoolean watched = new AtomicBoolean();
  private volatile boolean closed;

  Replies(ResizableExecutor threads, Timers timers, Path directory) {
    this.threads = threads;
    this.timers = timers;
    this.directory = directory;
  }

  /** Returns a future that fails when this is closed before it was answered. */
  <T> CompletableFuture<T> open() {
    CompletableFuture<T> reply = new CompletableFuture<>();
    long number = numbers.incrementAndGet();
    open.put(number, reply);
    CompletableFuture<T> ignored = reply.whenComplete((value, failure) -> open.remove(number));
    if (closed) {
      reply.completeExceptionally(refusal());
    }
    return reply;
  }

  <T> void complete(CompletableFuture<T> reply, T value) {
    answer(() -> reply.complete(value));
  }

  void fail(CompletableFuture<?> reply, Throwable failure) {
    answer(() -> reply.completeExceptionally(failure));
  }

  private void answer(Runnable body) {
    waiting.incrementAndGet();
    threads.execute(() -> run(body));
    if (watched.compareAndSet(false, true)) {
      watch(begun.get());
    }
  }

  private void run(Runnable body) {
    waiting.decrementAndGet();
    begun.incrementAndGet();
    body.run();
  }

  /** Looks in a while whether any reply has begun since; where none has, all threads are taken. */
  private void watch(long begunBefore) {
    timers.schedule(PATIENCE, () -> look(begunBefore));
  }

  private void look(long begunBefore) {
    if (waiting.get() == 0) {
      watched.set(false);
      return;
    }
    if (begun.get() == begunBefore) {
      threads.grow();
    }
    watch(begun.get());
  }

  /** Returns what is told to whoever comes too late. */
  LuhprocException refusal() {
    return new LuhprocException(
        "the supervisor of " + directory + " is closed; build another one to go on");
  }

  /** Fails what is not answered yet. Waits at most 2 s for those who do something with answers. */
  @Override
  public void close() {
    closed = true;
    // Each on a thread of its own: what somebody does then may never return.
    Executor each = Threads.threadPerTask("reply");
    for (CompletableFuture<?> reply : open.values()) {
      each.execute(() -> reply.completeExceptionally(refusal()));
    }
  }
}
