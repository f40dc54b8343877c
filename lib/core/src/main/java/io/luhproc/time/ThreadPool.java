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
 * Daemon threads that are made when there is something to do and leave after a second of idleness.
 * They are daemons because nobody waits for a check or a look that is still under way when the JVM
 * ends. What does not find a thread waits for one; what a body throws is logged.
 *
 * <p>Of the idle threads the last to become so goes on, and a thread is made only when there is
 * none: so few of them live, and their stacks are in the caches of a processor. A {@link
 * java.util.concurrent.ThreadPoolExecutor} makes all that it may and takes them in turn.
 */
public final class ThreadPool implements ResizableExecutor {
  private static final Duration IDLE_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final String name;

  // Guarded by this: all threads, who of them is idle, the last one first, and what waits.
  private final Set<Worker> workers = new HashSet<>();
  private final Deque<Worker> idle = new ArrayDeque<>();
  private final Queue<Runnable> queue = new ArrayDeque<>();
  private int maxThreads;
  private volatile boolean closed;

  private ThreadPool(String name, int maxThreads) {
    this.name = name;
    this.maxThreads = maxThreads;
  }

  /** Returns a pool of at most so many threads, of which none exists yet. */
  public static ThreadPool withMaxThreads(int maxThreads, String name) {
    return new ThreadPool(name, maxThreads);
  }

  /**
   * Runs something as soon as a thread is free; where the system gives no thread, and there is none
   * yet, the calling thread does it.
   *
   * @throws RejectedExecutionException when the pool is closed
   */
  @Override
  public void execute(Runnable body) {
    if (!tryAssign(body)) {
      runSafely(body);
    }
  }

  /** Returns whether a thread has it, or will. */
  private synchronized boolean tryAssign(Runnable body) {
    if (closed) {
      throw new RejectedExecutionException("the threads for " + name + " are closed");
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
      LoggerFactory.getLogger(ThreadPool.class).warn("there is no thread more to be had", e);
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

  // On a thread of the pool.

  private static void runSafely(Runnable body) {
    try {
      body.run();
    } catch (RuntimeException | Error e) {
      LoggerFactory.getLogger(ThreadPool.class).error("a body of a pool failed", e);
    }
  }

  /** Returns what a thread is to run next, or null when it is to leave. */
  private @Nullable Runnable next(Worker worker) {
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
      idle.push(worker);
    }
    worker.awaitAssignment();
    return takeAssignedOrRetire(worker);
  }

  private synchronized @Nullable Runnable takeAssignedOrRetire(Worker worker) {
    if (worker.body == null) {
      boolean ignored = idle.remove(worker) && workers.remove(worker);
    }
    return worker.body;
  }

  // The end.

  /** Takes nothing more, and does what it has taken, for as long as it may. */
  public void drainAndClose(Duration timeout) {
    joinThreads(close(false), timeout);
  }

  /**
   * Drops what has not begun, and waits at most 2 s for what has. It is not interrupted: who began
   * it knows how to end it.
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

  /** One thread, and what it runs or is to run; nothing while it is idle. */
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
        // Meant for the body, whoever did it.
        boolean ignored = Thread.interrupted();
      }
    }

    private void awaitAssignment() {
      Deadline idleDeadline = Deadline.after(TimeSource.system(), IDLE_TIMEOUT);
      while (body == null && !closed && !idleDeadline.isExpired()) {
        LockSupport.parkNanos(this, idleDeadline.remaining().toNanos());
      }
    }
  }
}
