package io.luhproc.service;

import io.luhproc.LuhprocException;

/** What was asked of a service did not come true; {@link #reason()} says why. */
public final class ServiceFailedException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  private final transient Cause reason;

  public ServiceFailedException(String message, Cause reason) {
    super(message);
    this.reason = reason;
  }

  /** Returns why. */
  public Cause reason() {
    return reason;
  }
}
