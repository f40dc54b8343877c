package io.luhproc.log;

/** A log that is being followed by a daemon thread of its own, until it is closed. */
public final class Follow implements AutoCloseable {

  Follow() {}

  /**
   * Stops following and waits until the listener is no longer running; called by the listener
   * itself, it does not wait. Closing again does nothing.
   */
  @Override
  public void close() {
    throw new UnsupportedOperationException("not built yet");
  }
}
