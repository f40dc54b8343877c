package io.luhproc.supervisor;

/** Events that are being given to a listener, until it is closed. */
@FunctionalInterface
public interface EventRegistration extends AutoCloseable {

  /**
   * Ends it: after the event that is being given, none is given. Does not wait for the listener;
   * closing again does nothing.
   */
  @Override
  void close();
}
