package io.luhproc.health;

import io.luhproc.LuhprocException;

/**
 * Thrown by a check that could not run because this JVM lacks a resource, such as a file descriptor
 * or a process.
 *
 * <p>It says nothing about the checked process: the check counts neither as a success nor as a
 * failure, and is repeated after the interval.
 *
 * @since 0.1
 */
public final class CheckUnavailableException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  /**
   * Creates an exception.
   *
   * @param message the missing resource and the remedy
   * @param cause the failure that showed it
   */
  public CheckUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
