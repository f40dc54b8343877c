package io.luhproc.time;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A daemon thread that runs a task repeatedly. Each run returns the delay until the next one.
 *
 * <p>Every worker starts one, so it must be cheap in a cold JVM: it takes 4 ms of CPU time, a
 * {@link java.util.concurrent.ScheduledThreadPoolExecutor} 8 ms.
 */
public final class PeriodicThread implements AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final Duration initialDelay;
  private final Supplier<Duration> body;
  private final Thread thread;
  private boolean closed;

  private PeriodicThread(String name, Duration initialDelay, Supplier<Duration> body) {
    this.initialDelay = initialDelay;
    this.body = body;
    this.thread = Threads.daemon(name, new Loop());
  }

  /**
   * Starts the thread.
   *
   * @param initialDelay the delay before the first run
   * @param body the task; returns the delay until the next run and must not throw
   */
  public static PeriodicThread start(String name, Duration initialDelay, Supplier<Duration> body) {
    PeriodicThread periodic = new PeriodicThread(name, initialDelay, body);
    periodic.thread.start();
    return periodic;
  }

  /** A class, because the first lambda is slow in a cold JVM. */
  private final class Loop implements Runnable {
    @Override
    public void run() {
      boolean running = awaitNextRun(initialDelay);
      while (running) {
        running = awaitNextRun(body.get());
      }
    }
  }

  /**
   * Waits and returns whether to continue. The thread is ended by a flag, because an interrupt
   * closes the channels that the task uses.
   */
  private synchronized boolean awaitNextRun(Duration duration) {
    long end = System.nanoTime() + duration.toNanos();
    try {
      for (long left = duration.toNanos(); !closed && left > 0; left = end - System.nanoTime()) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      closed = true;
    }
    return !closed;
  }

  /** Ends the thread. Waits at most 2 s for a running task. Idempotent. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    try {
      thread.join(CLOSE_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
