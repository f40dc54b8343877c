package io.luhproc.time;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * One daemon thread that owns some state: it runs what it is given one after the other, in the
 * order in which it was given, and timers when they are due. What a body throws is logged and
 * changes nothing. It is a daemon because state that nobody else refers to keeps no JVM alive.
 */
public final class EventLoop implements Executor, Timers, AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration MAX_WAIT = Duration.ofDays(1);

  private final TimeSource time;
  private final Runnable onIdle;
  private final Thread thread;

  // Guarded by this.
  private final Queue<Runnable> ready = new ArrayDeque<>();
  private final PriorityQueue<PendingTimer> timers = new PriorityQueue<>();
  private long sequence;
  private boolean closed;

  private EventLoop(String name, TimeSource time, Runnable onIdle) {
    this.time = time;
    this.onIdle = onIdle;
    this.thread = Threads.daemon(name, this::run);
  }

  /**
   * Starts a loop.
   *
   * @param onIdle run on the loop's thread whenever nothing is left to do for the moment
   */
  public static EventLoop start(String name, TimeSource time, Runnable onIdle) {
    EventLoop loop = new EventLoop(name, time, onIdle);
    loop.thread.start();
    return loop;
  }

  /** Runs something on the loop's thread; does nothing once the loop is closed. */
  @Override
  public synchronized void execute(Runnable body) {
    if (!closed) {
      ready.add(body);
      notifyAll();
    }
  }

  @Override
  public synchronized Timer schedule(Duration delay, Runnable body) {
    PendingTimer pending = new PendingTimer(this, time.nanoTime() + nanos(delay), sequence++, body);
    if (!closed) {
      timers.add(pending);
      notifyAll();
    }
    return pending;
  }

  private static long nanos(Duration delay) {
    boolean tooLong = delay.compareTo(Duration.ofNanos(Long.MAX_VALUE / 4)) > 0;
    return tooLong ? Long.MAX_VALUE / 4 : Math.max(0, delay.toNanos());
  }

  /** Returns whether the calling thread is the loop's. */
  public boolean isLoopThread() {
    return Thread.currentThread() == thread;
  }

  private void run() {
    try {
      for (Runnable body = next(); body != null; body = next()) {
        runSafely(body);
      }
    } catch (InterruptedException ignored) {
      // Nobody interrupts it but who wants it to end.
    }
  }

  private static void runSafely(Runnable body) {
    try {
      body.run();
    } catch (RuntimeException | Error e) {
      LoggerFactory.getLogger(EventLoop.class).error("a body of an event loop failed", e);
    }
  }

  /** Returns what is to run next, null when the loop was closed. */
  private @Nullable Runnable next() throws InterruptedException {
    boolean idleReported = false;
    while (true) {
      synchronized (this) {
        Runnable due = closed ? null : pollDue();
        if (due != null || closed) {
          return due;
        }
        if (idleReported) {
          awaitWork();
          continue;
        }
      }
      // Outside of the lock: whoever posts must not wait for it.
      runSafely(onIdle);
      idleReported = true;
    }
  }

  private @Nullable Runnable pollDue() {
    PendingTimer first = timers.peek();
    if (first != null && first.at - time.nanoTime() <= 0) {
      timers.remove();
      return first.body;
    }
    return ready.poll();
  }

  private void awaitWork() throws InterruptedException {
    PendingTimer first = timers.peek();
    long left = first == null ? MAX_WAIT.toNanos() : first.at - time.nanoTime();
    if (left > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }

  private synchronized void cancel(PendingTimer pending) {
    boolean ignored = timers.remove(pending);
  }

  /**
   * Drops what has not run and ends the thread, waiting at most 2 s for what runs now; called on
   * the loop's own thread, it does not wait.
   */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      ready.clear();
      timers.clear();
      notifyAll();
    }
    if (isLoopThread()) {
      return;
    }
    try {
      thread.join(CLOSE_TIMEOUT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A timer; of two that are due at the same time, the one set first goes first. */
  private record PendingTimer(EventLoop loop, long at, long sequence, Runnable body)
      implements Timer, Comparable<PendingTimer> {
    @Override
    public void cancel() {
      loop.cancel(this);
    }

    @Override
    public int compareTo(PendingTimer other) {
      // Readings of a monotonic clock may wrap around, so only their difference means something.
      int byTime = Long.signum(at - other.at);
      return byTime != 0 ? byTime : Long.compare(sequence, other.sequence);
    }

    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(sequence);
    }
  }
}
