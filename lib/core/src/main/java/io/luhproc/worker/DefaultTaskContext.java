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
final class DefaultTaskContext implements TaskContext {
  private final RunInfo info;
  private final TimeSource time;
  private final Thread taskThread = Thread.currentThread();
  private volatile boolean heartbeatFailing;

  // Guarded by this.
  private final List<Runnable> stopHooks = new ArrayList<>();
  private @Nullable Signal stopSignal;
  private boolean stopObserved;
  private boolean interruptPending;
  private boolean readyReported;

  DefaultTaskContext(RunInfo info, TimeSource time) {
    this.info = info;
    this.time = time;
  }

  @Override
  public String task() {
    return info.task();
  }

  @Override
  public String id() {
    return info.id();
  }

  @Override
  public List<String> arguments() {
    return info.host().arguments();
  }

  @Override
  public Optional<Path> directory() {
    return info.directory();
  }

  @Override
  public synchronized boolean stopRequested() {
    return stopSignal != null;
  }

  /** Returns the signal that asked the task to stop, if one did. */
  synchronized Optional<Signal> stopSignal() {
    return Optional.ofNullable(stopSignal);
  }

  @Override
  public synchronized boolean awaitStop(Duration timeout) throws InterruptedException {
    Deadline deadline = Deadline.after(time, timeout);
    try {
      while (stopSignal == null && !deadline.isExpired()) {
        // A monitor counts in whole milliseconds, and 0 would be for ever.
        TimeUnit.MILLISECONDS.timedWait(this, Math.max(1, deadline.remaining().toMillis()));
      }
    } catch (InterruptedException e) {
      if (!interruptPending) {
        throw e;
      }
    }
    if (stopSignal != null && Thread.currentThread() == taskThread) {
      clearOwnInterrupt();
    }
    return stopSignal != null;
  }

  /** The task knows now, so an interrupt would only hurt what it does to clean up. */
  private void clearOwnInterrupt() {
    stopObserved = true;
    if (interruptPending) {
      Thread.interrupted();
      interruptPending = false;
    }
  }

  @Override
  public void onStop(Runnable hook) {
    synchronized (this) {
      if (stopSignal == null) {
        stopHooks.add(hook);
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
    List<Runnable> hooksToRun;
    synchronized (this) {
      if (stopSignal != null) {
        return false;
      }
      stopSignal = signal;
      hooksToRun = List.copyOf(stopHooks);
      notifyAll();
    }
    hooksToRun.forEach(this::runHook);
    interruptTask();
    return true;
  }

  private void runHook(Runnable hook) {
    try {
      hook.run();
    } catch (RuntimeException | Error e) {
      LoggerFactory.getLogger(DefaultTaskContext.class)
          .warn("a stop hook of {} ({}) failed", info.task(), hook.getClass().getName(), e);
    }
  }

  private synchronized void interruptTask() {
    if (!stopObserved) {
      interruptPending = true;
      taskThread.interrupt();
    }
  }

  /** Leaves no interrupt of ours behind on the thread, for what comes after the task. */
  synchronized void finish() {
    clearOwnInterrupt();
  }

  @Override
  public void ready() {
    synchronized (this) {
      if (readyReported) {
        return;
      }
      readyReported = true;
    }
    info.host().onReady();
  }

  @Override
  public void heartbeat() {
    try {
      if (info.directory().isPresent()) {
        Heartbeat.beat(info.directory().get());
      }
      heartbeatFailing = false;
    } catch (IOException e) {
      reportHeartbeatFailure(e);
    }
  }

  /** Once for each bad spell: a full disk must neither end a task nor be filled by complaints. */
  private void reportHeartbeatFailure(IOException e) {
    if (!heartbeatFailing) {
      heartbeatFailing = true;
      LoggerFactory.getLogger(DefaultTaskContext.class)
          .warn("a heartbeat of {} {} cannot be recorded", info.task(), info.id(), e);
    }
  }

  /**
   * What is known about the run before it begins.
   *
   * @param task the variable of the task
   * @param id the id of the worker
   * @param directory the process directory, where there is one
   * @param host what stands around it
   */
  record RunInfo(String task, String id, Optional<Path> directory, TaskHost host) {}
}
