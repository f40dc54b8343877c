package io.luhproc.service;

import io.luhproc.LuhprocException;

/**
 * Thrown if a requested state of a service cannot be reached; {@link #reason()} says why.
 *
 * @since 0.1
 */
public final class ServiceFailedException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  private final transient Cause reason;

  /**
   * Creates an exception.
   *
   * @param message the message
   * @param reason why the state cannot be reached
   */
  public ServiceFailedException(String message, Cause reason) {
    super(message);
    this.reason = reason;
  }

  /** Returns why the requested state cannot be reached. */
  public Cause reason() {
    return reason;
  }
}
