package io.luhproc.process;

import io.luhproc.LuhprocException;

/** A process could not be started; nothing of it runs. */
public final class SpawnException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  private final SpawnFailure failure;

  public SpawnException(SpawnFailure failure, String message) {
    super(message);
    this.failure = failure;
  }

  public SpawnException(SpawnFailure failure, String message, Throwable cause) {
    super(message, cause);
    this.failure = failure;
  }

  /** Returns why. */
  public SpawnFailure failure() {
    return failure;
  }

  /** Returns whether trying again may help, see {@link SpawnFailure#isTransient()}. */
  public boolean isRetriable() {
    return failure.isTransient();
  }
}
