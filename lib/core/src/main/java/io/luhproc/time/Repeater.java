package io.luhproc.time;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A daemon thread that does something again and again, each time after the pause that the last time
 * asked for. It is a daemon because what it does is never worth keeping a JVM alive for.
 */
public final class Repeater implements AutoCloseable {
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(2);

  private final Duration firstPause;
  private final Supplier<Duration> body;
  private final Thread thread;
  private boolean closed;

  private Repeater(String name, Duration firstPause, Supplier<Duration> body) {
    this.firstPause = firstPause;
    this.body = body;
    this.thread = Threads.daemon(name, new Loop());
  }

  /**
   * Starts the thread.
   *
   * @param firstPause how long it waits before the first time
   * @param body what it does; returns the pause until the next time, and must not throw
   */
  public static Repeater start(String name, Duration firstPause, Supplier<Duration> body) {
    Repeater repeater = new Repeater(name, firstPause, body);
    repeater.thread.start();
    return repeater;
  }

  /** A class and not a lambda, for the sake of who starts in a cold JVM. */
  private final class Loop implements Runnable {
    @Override
    public void run() {
      boolean goOn = pause(firstPause);
      while (goOn) {
        goOn = pause(body.get());
      }
    }
  }

  /**
   * Returns whether to go on. Not an interrupt but a flag ends it: an interrupt closes channels.
   */
  private synchronized boolean pause(Duration duration) {
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
      thread.join(LONGEST_CLOSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
