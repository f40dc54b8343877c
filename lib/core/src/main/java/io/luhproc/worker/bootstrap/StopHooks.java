package io.luhproc.worker.bootstrap;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/** The stop hooks of one run of a task. Thread-safe. */
public final class StopHooks {
  private final String task;

  // Guarded by this.
  private final List<Runnable> registered = new ArrayList<>();
  private final List<Runnable> running = new ArrayList<>();
  private int pending;
  private boolean begun;

  /** Creates the hooks of a task, which have no hook. */
  public StopHooks(String task) {
    this.task = task;
  }

  /** Registers a hook, or runs it on the calling thread if a stop was requested. */
  public void add(Runnable hook) {
    synchronized (this) {
      if (!begun) {
        registered.add(hook);
        return;
      }
      pending++;
    }
    run(hook);
  }

  /** Begins the stop: from now on {@link #awaitAll()} waits for the returned hooks. */
  public synchronized List<Runnable> begin() {
    begun = true;
    pending += registered.size();
    return List.copyOf(registered);
  }

  /** Runs the hooks that {@link #begin()} has returned, in order, on the calling thread. */
  public void run(List<Runnable> hooks) {
    hooks.forEach(this::run);
  }

  private void run(Runnable hook) {
    synchronized (this) {
      running.add(hook);
    }
    try {
      hook.run();
    } catch (RuntimeException | Error e) {
      LoggerFactory.getLogger(StopHooks.class)
          .warn("stop hook of {} failed: {}", task, hook.getClass().getName(), e);
    } finally {
      synchronized (this) {
        running.remove(hook);
        pending--;
        notifyAll();
      }
    }
  }

  /** Waits until all stop hooks have returned; an interrupt does not end the wait. */
  public synchronized void awaitAll() {
    boolean interrupted = false;
    while (pending > 0) {
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns the class of a hook that is running; empty if none is. */
  public synchronized Optional<String> findRunning() {
    return running.isEmpty() ? Optional.empty() : Optional.of(running.get(0).getClass().getName());
  }
}
