package io.luhproc.process;

import io.luhproc.LuhprocException;

/**
 * Thrown if a process cannot be started. No process is left running.
 *
 * @since 0.1
 */
public final class SpawnException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  private final SpawnFailure failure;

  /** Creates an exception with its category and message. */
  public SpawnException(SpawnFailure failure, String message) {
    super(message);
    this.failure = failure;
  }

  /** Creates an exception with its category, message and cause. */
  public SpawnException(SpawnFailure failure, String message, Throwable cause) {
    super(message, cause);
    this.failure = failure;
  }

  /** Returns the category of the failure. */
  public SpawnFailure failure() {
    return failure;
  }

  /** Returns whether the same launch may succeed later, see {@link SpawnFailure#isTransient()}. */
  public boolean isRetriable() {
    return failure.isTransient();
  }
}
