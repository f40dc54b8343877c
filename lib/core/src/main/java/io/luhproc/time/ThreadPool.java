package io.luhproc.time;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.LoggerFactory;

/**
 * Daemon threads that are made when there is something to do and leave after a second of idleness.
 * They are daemons because nobody waits for a check or a look that is still under way when the JVM
 * ends. What does not find a thread waits for one.
 */
public final class ThreadPool implements GrowingExecutor, AutoCloseable {
  private static final Duration IDLE = Duration.ofSeconds(1);
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(2);

  private final ThreadPoolExecutor threads;

  private ThreadPool(String name, int most) {
    threads =
        new ThreadPoolExecutor(
            most,
            most,
            IDLE.toMillis(),
            TimeUnit.MILLISECONDS,
            new LinkedBlockingQueue<>(),
            body -> Threads.daemon(name, body));
    threads.allowCoreThreadTimeOut(true);
  }

  /** Returns a pool of at most so many threads, of which none exists yet. */
  public static ThreadPool upTo(int most, String name) {
    return new ThreadPool(name, most);
  }

  /**
   * Runs something as soon as a thread is free; where the system gives no thread, and there is none
   * yet, the calling thread does it.
   *
   * @throws java.util.concurrent.RejectedExecutionException when the pool is closed
   */
  @Override
  public void execute(Runnable body) {
    try {
      threads.execute(body);
    } catch (OutOfMemoryError e) {
      // "unable to create native thread": what is not queued now would be lost.
      LoggerFactory.getLogger(ThreadPool.class).warn("there is no thread more to be had", e);
      if (threads.getPoolSize() > 0) {
        threads.getQueue().add(body);
      } else {
        body.run();
      }
    }
  }

  @Override
  public synchronized void grow() {
    threads.setMaximumPoolSize(threads.getMaximumPoolSize() + 1);
    threads.setCorePoolSize(threads.getMaximumPoolSize());
  }

  @Override
  public synchronized void shrink() {
    threads.setCorePoolSize(threads.getMaximumPoolSize() - 1);
    threads.setMaximumPoolSize(threads.getCorePoolSize());
  }

  /** Takes nothing more, and does what it has taken, for as long as it may. */
  public void finish(Duration most) {
    threads.shutdown();
    awaitEnd(most);
  }

  /**
   * Drops what has not begun, and waits at most 2 s for what has. It is not interrupted: who began
   * it knows how to end it.
   */
  @Override
  public void close() {
    threads.shutdown();
    threads.getQueue().clear();
    awaitEnd(LONGEST_CLOSE);
  }

  private void awaitEnd(Duration most) {
    try {
      boolean ignored = threads.awaitTermination(most.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
