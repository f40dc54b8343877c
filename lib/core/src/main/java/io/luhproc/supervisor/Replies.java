package io.luhproc.supervisor;

import io.luhproc.LuhprocException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The futures that callers wait for. They complete on threads other than the supervisor's, which
 * must not be held up by what callers do then.
 */
final class Replies implements AutoCloseable {
  private final Executor threads;
  private final Map<Long, CompletableFuture<?>> open = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private volatile boolean closed;

  Replies(Executor threads) {
    this.threads = threads;
  }

  /** Returns a future that fails when this is closed before it was answered. */
  <T> CompletableFuture<T> open() {
    CompletableFuture<T> reply = new CompletableFuture<>();
    long number = numbers.incrementAndGet();
    open.put(number, reply);
    CompletableFuture<T> ignored = reply.whenComplete((value, failure) -> open.remove(number));
    if (closed) {
      failOpen();
    }
    return reply;
  }

  <T> void complete(CompletableFuture<T> reply, T value) {
    threads.execute(() -> reply.complete(value));
  }

  void fail(CompletableFuture<?> reply, Throwable failure) {
    threads.execute(() -> reply.completeExceptionally(failure));
  }

  private void failOpen() {
    for (CompletableFuture<?> reply : open.values()) {
      reply.completeExceptionally(new LuhprocException("the supervisor is closed"));
    }
  }

  @Override
  public void close() {
    closed = true;
    failOpen();
  }
}
