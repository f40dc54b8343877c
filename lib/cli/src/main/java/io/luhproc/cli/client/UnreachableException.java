package io.luhproc.cli.client;

import io.luhproc.LuhprocException;

/** Thrown if no daemon answers: it does not run, it ended during a request, or it hangs. */
public final class UnreachableException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  private final boolean runs;

  UnreachableException(String message, boolean runs, Throwable cause) {
    super(message, cause);
    this.runs = runs;
  }

  /** Returns whether the daemon runs, and only does not answer. */
  public boolean runs() {
    return runs;
  }
}
