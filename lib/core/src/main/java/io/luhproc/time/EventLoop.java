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
 * A daemon thread that runs submitted tasks one at a time in submission order, and timers when they
 * are due.
 *
 * <p>State confined to the loop needs no locks. An exception of a task is logged and does not stop
 * the loop. Every method may be called by any thread. The thread is a daemon, so an unclosed loop
 * does not keep the JVM alive.
 */
public final class EventLoop implements Executor, Timers, AutoCloseable {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);
  private static final Duration MAX_WAIT = Duration.ofDays(1);

  private final TimeSource time;
  private final Runnable onIdle;
  private final Thread thread;

  // Guarded by "this".
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
   * @param onIdle runs on the loop thread whenever no task is ready
   */
  public static EventLoop start(String name, TimeSource time, Runnable onIdle) {
    EventLoop loop = new EventLoop(name, time, onIdle);
    loop.thread.start();
    return loop;
  }

  /** Runs a task on the loop thread. Does nothing if the loop is closed. */
  @Override
  public synchronized void execute(Runnable body) {
    if (!closed) {
      ready.add(body);
      notifyAll();
    }
  }

  @Override
  public synchronized Timer schedule(Duration delay, Runnable body) {
    PendingTimer pending =
        new PendingTimer(this, time.nanoTime() + Deadline.nanos(delay), sequence++, body);
    if (!closed) {
      timers.add(pending);
      notifyAll();
    }
    return pending;
  }

  /** Returns whether the calling thread is the loop thread. */
  public boolean isLoopThread() {
    return Thread.currentThread() == thread;
  }

  private void run() {
    try {
      for (Runnable body = next(); body != null; body = next()) {
        runSafely(body);
      }
    } catch (InterruptedException ignored) {
      // An interrupt is a request to end the thread.
    }
  }

  private static void runSafely(Runnable body) {
    try {
      body.run();
    } catch (RuntimeException | Error e) {
      LoggerFactory.getLogger(EventLoop.class).error("a task of an event loop failed", e);
    }
  }

  /** Waits for the next task; returns null if the loop is closed. */
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
      // Outside of the lock, so that execute() does not block.
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
   * Discards all pending tasks and stops the thread.
   *
   * <p>Waits at most 2 s for a running task. Returns at once if called on the loop thread.
   * Idempotent.
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

  /** A timer, ordered by due time and then by submission. */
  private record PendingTimer(EventLoop loop, long at, long sequence, Runnable body)
      implements Timer, Comparable<PendingTimer> {
    @Override
    public void cancel() {
      loop.cancel(this);
    }

    @Override
    public int compareTo(PendingTimer other) {
      // System.nanoTime() may overflow, so compare differences.
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
