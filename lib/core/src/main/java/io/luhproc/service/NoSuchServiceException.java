package io.luhproc.service;

import io.luhproc.LuhprocException;
import java.util.Collection;

/**
 * Thrown if a service, or a process of a service, is unknown to the supervisor.
 *
 * @since 0.1
 */
public final class NoSuchServiceException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  private NoSuchServiceException(String message) {
    super(message);
  }

  /**
   * Returns the exception for an unknown service.
   *
   * @param name the unknown name
   * @param known the names of all services, listed in the message
   */
  public static NoSuchServiceException ofService(String name, Collection<String> known) {
    return new NoSuchServiceException("there is no service " + name + "; " + listKnown(known));
  }

  /**
   * Returns the exception for an unknown process.
   *
   * @param service the name of the service
   * @param name the unknown name
   * @param known the names of all processes of the service, listed in the message
   */
  public static NoSuchServiceException ofProcess(
      String service, String name, Collection<String> known) {
    return new NoSuchServiceException(
        "service " + service + " has no process " + name + "; " + listKnown(known));
  }

  private static String listKnown(Collection<String> known) {
    return known.isEmpty() ? "none is defined" : "known: " + String.join(", ", known);
  }
}
