package io.luhproc.log;

import io.luhproc.time.Threads;

/**
 * A running {@link ProcessLog#follow follow} of a log; ends when it is closed or when the process
 * directory is deleted.
 *
 * <p>The listener is called by a daemon thread of this subscription. Any thread may close it.
 *
 * @since 0.1
 */
public final class LogSubscription implements AutoCloseable {
  private final LogTailer tailer;
  private final LogPosition start;
  private final Thread thread;

  private LogSubscription(LogTailer tailer, LogPosition start, Thread thread) {
    this.tailer = tailer;
    this.start = start;
    this.thread = thread;
  }

  static LogSubscription start(String name, LogTailer tailer) {
    // Before the thread reads from it.
    LogPosition start = tailer.startPosition();
    Thread thread = Threads.daemon("follow-" + name, tailer);
    thread.start();
    return new LogSubscription(tailer, start, thread);
  }

  /** Returns the position at which it began, before the first line that was delivered. */
  public LogPosition startPosition() {
    return start;
  }

  /**
   * Stops following and waits until the listener has returned.
   *
   * <p>Does not wait if it is called by the listener or if the calling thread is interrupted; the
   * interrupt status is kept. A second call only waits.
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
