package io.luhproc.log;

import io.luhproc.time.Threads;

/** A log that is being followed by a daemon thread of its own, until it is closed. */
public final class Follow implements AutoCloseable {
  private final FollowLoop loop;
  private final Thread thread;

  private Follow(FollowLoop loop, Thread thread) {
    this.loop = loop;
    this.thread = thread;
  }

  static Follow start(String name, FollowLoop loop) {
    Thread thread = Threads.daemon("follow-" + name, loop);
    thread.start();
    return new Follow(loop, thread);
  }

  /**
   * Stops following and waits until the listener is no longer running; called by the listener
   * itself, or interrupted, it does not wait. Closing again does nothing.
   */
  @Override
  public void close() {
    loop.stop();
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
