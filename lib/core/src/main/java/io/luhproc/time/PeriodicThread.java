package io.luhproc.time;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A daemon thread that does something again and again, each time after the pause that the last time
 * asked for. It is a daemon because what it does is never worth keeping a JVM alive for.
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
   * @param initialDelay how long it waits before the first time
   * @param body what it does; returns the pause until the next time, and must not throw
   */
  public static PeriodicThread start(String name, Duration initialDelay, Supplier<Duration> body) {
    PeriodicThread periodic = new PeriodicThread(name, initialDelay, body);
    periodic.thread.start();
    return periodic;
  }

  /** A class and not a lambda, for the sake of who starts in a cold JVM. */
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
   * Returns whether to go on. Not an interrupt but a flag ends it: an interrupt closes channels.
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

  /** Ends the thread and waits for what it is doing, at most 2 s. */
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
