package io.luhproc.cli.client;

import io.luhproc.LuhprocException;

/** Thrown if no daemon answers: it does not run, it ended during a request, or it hangs. */
public final class UnreachableException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  UnreachableException(String message, Throwable cause) {
    super(message, cause);
  }
}
