package io.luhproc.worker;

import io.luhproc.health.Heartbeat;
import io.luhproc.process.Signal;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** One run of a task, on the thread that made this. */
final class RunContext implements TaskContext {
  private final Run run;
  private final TimeSource time;
  private final Thread taskThread = Thread.currentThread();
  private volatile boolean failsToBeat;

  // Guarded by this.
  private final List<Runnable> hooks = new ArrayList<>();
  private @Nullable Signal request;
  private boolean told;
  private boolean interrupted;
  private boolean saidReady;

  RunContext(Run run, TimeSource time) {
    this.run = run;
    this.time = time;
  }

  @Override
  public String task() {
    return run.task();
  }

  @Override
  public String id() {
    return run.id();
  }

  @Override
  public List<String> arguments() {
    return run.owner().arguments();
  }

  @Override
  public Optional<Path> directory() {
    return run.directory();
  }

  @Override
  public synchronized boolean stopRequested() {
    return request != null;
  }

  /** Returns the signal that asked the task to stop, if one did. */
  synchronized Optional<Signal> request() {
    return Optional.ofNullable(request);
  }

  @Override
  public synchronized boolean awaitStop(Duration timeout) throws InterruptedException {
    Deadline deadline = Deadline.after(time, timeout);
    try {
      while (request == null && !deadline.isExpired()) {
        // A monitor counts in whole milliseconds, and 0 would be for ever.
        TimeUnit.MILLISECONDS.timedWait(this, Math.max(1, deadline.remaining().toMillis()));
      }
    } catch (InterruptedException e) {
      if (!interrupted) {
        throw e;
      }
    }
    if (request != null && Thread.currentThread() == taskThread) {
      takeInterrupt();
    }
    return request != null;
  }

  /** The task knows now, so an interrupt would only hurt what it does to clean up. */
  private void takeInterrupt() {
    told = true;
    if (interrupted) {
      Thread.interrupted();
      interrupted = false;
    }
  }

  @Override
  public void onStop(Runnable hook) {
    synchronized (this) {
      if (request == null) {
        hooks.add(hook);
        return;
      }
    }
    runHook(hook);
  }

  /**
   * Asks the task to stop.
   *
   * @return false when it had been asked before
   */
  boolean requestStop(Signal signal) {
    List<Runnable> due;
    synchronized (this) {
      if (request != null) {
        return false;
      }
      request = signal;
      due = List.copyOf(hooks);
      notifyAll();
    }
    due.forEach(this::runHook);
    interruptTask();
    return true;
  }

  private void runHook(Runnable hook) {
    try {
      hook.run();
    } catch (RuntimeException | Error e) {
      LoggerFactory.getLogger(RunContext.class)
          .warn("a stop hook of {} ({}) failed", run.task(), hook.getClass().getName(), e);
    }
  }

  private synchronized void interruptTask() {
    if (!told) {
      interrupted = true;
      taskThread.interrupt();
    }
  }

  /** Leaves no interrupt of ours behind on the thread, for what comes after the task. */
  synchronized void finish() {
    takeInterrupt();
  }

  @Override
  public void ready() {
    synchronized (this) {
      if (saidReady) {
        return;
      }
      saidReady = true;
    }
    run.owner().ready();
  }

  @Override
  public void heartbeat() {
    try {
      if (run.directory().isPresent()) {
        Heartbeat.beat(run.directory().get());
      }
      failsToBeat = false;
    } catch (IOException e) {
      reportBeat(e);
    }
  }

  /** Once for each bad spell: a full disk must neither end a task nor be filled by complaints. */
  private void reportBeat(IOException e) {
    if (!failsToBeat) {
      failsToBeat = true;
      LoggerFactory.getLogger(RunContext.class)
          .warn("a heartbeat of {} {} cannot be recorded", run.task(), run.id(), e);
    }
  }

  /**
   * What is known about the run before it begins.
   *
   * @param task the variable of the task
   * @param id the id of the worker
   * @param directory the process directory, where there is one
   * @param owner what stands around it
   */
  record Run(String task, String id, Optional<Path> directory, RunOwner owner) {}
}
