package io.luhproc.log;

import io.luhproc.time.Threads;

/** A log that is being followed by a daemon thread of its own, until it is closed. */
public final class LogSubscription implements AutoCloseable {
  private final LogTailer tailer;
  private final Thread thread;

  private LogSubscription(LogTailer tailer, Thread thread) {
    this.tailer = tailer;
    this.thread = thread;
  }

  static LogSubscription start(String name, LogTailer tailer) {
    Thread thread = Threads.daemon("follow-" + name, tailer);
    thread.start();
    return new LogSubscription(tailer, thread);
  }

  /**
   * Stops following and waits until the listener is no longer running; called by the listener
   * itself, or interrupted, it does not wait. Closing again does nothing.
   */
  @Override
  public void close() {
    tailer.stop();
    if (Thread.currentThread() == thread) {
      return;
    }
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
