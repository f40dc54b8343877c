package io.luhproc.cli.client;

import io.luhproc.LuhprocException;

/** Thrown if the daemon answers with an error. The message is the one of the daemon. */
public final class RefusedRequestException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  private final int status;

  RefusedRequestException(int status, String message) {
    super(message);
    this.status = status;
  }

  /** Returns the HTTP status code, from 400. */
  public int status() {
    return status;
  }
}
