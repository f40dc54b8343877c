package io.luhproc.supervisor;

/**
 * The registration of an event listener.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface EventRegistration extends AutoCloseable {

  /**
   * Ends the registration. The listener receives no event after the one that is being delivered.
   * Does not wait for the listener. A second call has no effect.
   */
  @Override
  void close();
}
