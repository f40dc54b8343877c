package io.luhproc.time;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * An executor with a bounded number of daemon threads and an unbounded queue.
 *
 * <p>A thread is started only if none is idle, and exits after one second of idleness. The most
 * recently idle thread is reused first, which keeps few threads alive and their stacks in the
 * processor caches. An exception of a task is logged. Every method may be called by any thread.
 *
 * <p>A {@link java.util.concurrent.ThreadPoolExecutor} is no replacement: with a queue it starts a
 * new thread per task up to the maximum, even if others are idle, and reuses them in turn. Without
 * a queue it rejects tasks at the maximum, and draining an extra queue needs the same locking.
 */
public final class ThreadPool implements ResizableExecutor {
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration UNLIMITED = Duration.ofSeconds(Long.MAX_VALUE);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final String name;
  private final boolean keepsOne;

  // Guarded by "this". The most recently idle worker is first.
  private final Set<Worker> workers = new HashSet<>();
  private final Deque<Worker> idle = new ArrayDeque<>();
  private final Queue<Runnable> queue = new ArrayDeque<>();
  private int maxThreads;
  private volatile boolean closed;

  private ThreadPool(String name, int maxThreads, boolean keepsOne) {
    this.name = name;
    this.maxThreads = maxThreads;
    this.keepsOne = keepsOne;
  }

  /** Creates a pool without threads. They are started on demand. */
  public static ThreadPool withMaxThreads(int maxThreads, String name) {
    return new ThreadPool(name, maxThreads, false);
  }

  /**
   * Creates a pool without threads, of which one stays when it is idle: for tasks that are rare and
   * urgent. The start of a thread takes up to a millisecond.
   */
  public static ThreadPool keepingOneThread(int maxThreads, String name) {
    return new ThreadPool(name, maxThreads, true);
  }

  /**
   * Runs a task as soon as a thread is available. Runs it on the calling thread if the pool has no
   * thread and the system cannot create one.
   *
   * @throws RejectedExecutionException if the pool is closed
   */
  @Override
  public void execute(Runnable body) {
    if (!tryAssign(body)) {
      runSafely(body);
    }
  }

  /** Assigns a task to a thread or the queue; returns false if there is no thread at all. */
  private synchronized boolean tryAssign(Runnable body) {
    if (closed) {
      throw new RejectedExecutionException(
          "cannot run a task of " + name + ": the thread pool is closed");
    }
    if (!idle.isEmpty()) {
      idle.pop().assign(body);
      return true;
    }
    boolean started = workers.size() < maxThreads && tryStartThread(body);
    return started || (!workers.isEmpty() && queue.add(body));
  }

  private boolean tryStartThread(Runnable body) {
    Worker worker = new Worker(body);
    try {
      worker.thread.start();
      return workers.add(worker);
    } catch (OutOfMemoryError e) {
      // "unable to create native thread"
      LoggerFactory.getLogger(ThreadPool.class).warn("cannot start another thread", e);
      return false;
    }
  }

  @Override
  public synchronized void grow() {
    maxThreads++;
    Runnable body = queue.peek();
    if (body != null && workers.size() < maxThreads && tryStartThread(body)) {
      queue.remove();
    }
  }

  @Override
  public synchronized void shrink() {
    maxThreads--;
  }

  private static void runSafely(Runnable body) {
    try {
      body.run();
    } catch (RuntimeException | Error e) {
      LoggerFactory.getLogger(ThreadPool.class).error("a task of a thread pool failed", e);
    }
  }

  /** Waits for the next task of a worker; returns null if its thread must exit. */
  private @Nullable Runnable next(Worker worker) {
    boolean stays;
    synchronized (this) {
      boolean isSurplus = workers.size() > maxThreads;
      Runnable body = isSurplus ? null : queue.poll();
      if (body != null) {
        return body;
      }
      if (isSurplus || closed) {
        boolean ignored = workers.remove(worker);
        return null;
      }
      worker.body = null;
      stays = keepsOne && idle.isEmpty();
      idle.push(worker);
    }
    worker.awaitAssignment(stays ? UNLIMITED : IDLE_TIMEOUT);
    return takeAssignedOrRetire(worker);
  }

  private synchronized @Nullable Runnable takeAssignedOrRetire(Worker worker) {
    if (worker.body == null) {
      boolean ignored = idle.remove(worker) && workers.remove(worker);
    }
    return worker.body;
  }

  /** Rejects new tasks and waits up to a timeout for all queued and running ones. */
  public void drainAndClose(Duration timeout) {
    joinThreads(close(false), timeout);
  }

  /**
   * Discards queued tasks and waits at most 2 s for running ones, without an interrupt. Idempotent.
   */
  @Override
  public void close() {
    joinThreads(close(true), CLOSE_TIMEOUT);
  }

  private synchronized List<Worker> close(boolean drop) {
    closed = true;
    if (drop) {
      queue.clear();
    }
    idle.forEach(worker -> LockSupport.unpark(worker.thread));
    return List.copyOf(workers);
  }

  private static void joinThreads(List<Worker> workers, Duration timeout) {
    Deadline deadline = Deadline.after(TimeSource.system(), timeout);
    try {
      for (Worker worker : workers) {
        if (worker.thread != Thread.currentThread()) {
          TimeUnit.NANOSECONDS.timedJoin(worker.thread, deadline.remaining().toNanos());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** A thread and its current or next task; null while it is idle. */
  private final class Worker {
    private final Thread thread = Threads.daemon(name, this::run);
    private volatile @Nullable Runnable body;

    Worker(Runnable first) {
      this.body = first;
    }

    void assign(Runnable next) {
      body = next;
      LockSupport.unpark(thread);
    }

    private void run() {
      for (Runnable next = body; next != null; next = next(this)) {
        runSafely(next);
        // An interrupt is meant for the task that was running.
        boolean ignored = Thread.interrupted();
      }
    }

    private void awaitAssignment(Duration timeout) {
      Deadline idleDeadline = Deadline.after(TimeSource.system(), timeout);
      while (body == null && !closed && !idleDeadline.isExpired()) {
        LockSupport.parkNanos(this, idleDeadline.remaining().toNanos());
      }
    }
  }
}
