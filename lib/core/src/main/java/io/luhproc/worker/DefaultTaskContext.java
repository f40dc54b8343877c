package io.luhproc.worker;

import io.luhproc.health.Heartbeat;
import io.luhproc.process.Signal;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import io.luhproc.worker.bootstrap.StopHooks;
import io.luhproc.worker.bootstrap.TaskHost;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** The context of one run of a task. The thread that creates it runs the task. */
final class DefaultTaskContext implements TaskContext {
  private final RunInfo info;
  private final TimeSource time;
  private final Thread taskThread = Thread.currentThread();
  private final StopHooks hooks;
  private volatile boolean heartbeatFailing;

  // Guarded by this.
  private @Nullable Signal stopSignal;
  private boolean stopObserved;
  private boolean interruptPending;
  private boolean readyReported;
  private @Nullable Map<Thread, Boolean> askingThreads;

  DefaultTaskContext(RunInfo info, TimeSource time) {
    this.info = info;
    this.time = time;
    this.hooks = new StopHooks(info.task());
  }

  StopHooks hooks() {
    return hooks;
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
    recordAskingThread();
    return stopSignal != null;
  }

  private void recordAskingThread() {
    if (Thread.currentThread() != taskThread) {
      if (askingThreads == null) {
        askingThreads = new WeakHashMap<>();
      }
      askingThreads.put(Thread.currentThread(), true);
    }
  }

  /** Returns whether a thread, other than the task's, has asked whether a stop was requested. */
  synchronized boolean hasAskedForStop(Thread thread) {
    return askingThreads != null && askingThreads.containsKey(thread);
  }

  /** Returns the signal that requested the stop; empty before a request. */
  synchronized Optional<Signal> stopSignal() {
    return Optional.ofNullable(stopSignal);
  }

  @Override
  public synchronized boolean awaitStop(Duration timeout) throws InterruptedException {
    Deadline deadline = Deadline.after(time, Objects.requireNonNull(timeout, "timeout"));
    recordAskingThread();
    try {
      while (stopSignal == null && !deadline.isExpired()) {
        // A monitor waits in whole milliseconds, and 0 means for ever.
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

  /** Clears the interrupt of the stop request, which would only disturb the task's cleanup. */
  private void clearOwnInterrupt() {
    stopObserved = true;
    if (interruptPending) {
      Thread.interrupted();
      interruptPending = false;
    }
  }

  @Override
  public void onStop(Runnable hook) {
    Objects.requireNonNull(hook, "hook");
    hooks.add(hook);
  }

  /**
   * Requests a stop of the task.
   *
   * @return false if a stop was requested before
   */
  boolean requestStop(Signal signal) {
    List<Runnable> hooksToRun;
    synchronized (this) {
      if (stopSignal != null) {
        return false;
      }
      stopSignal = signal;
      hooksToRun = hooks.begin();
      notifyAll();
    }
    hooks.run(hooksToRun);
    interruptTask();
    return true;
  }

  private synchronized void interruptTask() {
    if (!stopObserved) {
      interruptPending = true;
      taskThread.interrupt();
    }
  }

  /** Clears a pending interrupt, because the thread may be used after the task. */
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

  /** Logs only the first of several consecutive failures, because the disk may be full. */
  private void reportHeartbeatFailure(IOException e) {
    if (!heartbeatFailing) {
      heartbeatFailing = true;
      LoggerFactory.getLogger(DefaultTaskContext.class)
          .warn("cannot record a heartbeat of {} (id: {})", info.task(), info.id(), e);
    }
  }

  /**
   * Identity of a run.
   *
   * @param task the variable of the task
   * @param id the id of the worker
   * @param directory the process directory; empty in the foreground
   * @param host the environment of the run
   */
  record RunInfo(String task, String id, Optional<Path> directory, TaskHost host) {}
}
