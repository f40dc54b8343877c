package io.luhproc.supervisor;

/**
 * The registration of an event listener.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface EventRegistration extends AutoCloseable {

  /**
   * Ends the registration: after the event that is being passed, no other is. Does not wait for the
   * listener; a second call does nothing.
   */
  @Override
  void close();
}
