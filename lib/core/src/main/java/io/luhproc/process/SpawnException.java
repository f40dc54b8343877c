package io.luhproc.process;

import io.luhproc.LuhprocException;

/** A process could not be started; nothing of it runs. */
public final class SpawnException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  private final SpawnFault fault;

  SpawnException(SpawnFault fault, String message) {
    super(message);
    this.fault = fault;
  }

  SpawnException(SpawnFault fault, String message, Throwable cause) {
    super(message, cause);
    this.fault = fault;
  }

  /** Returns why. */
  public SpawnFault fault() {
    return fault;
  }

  /** Returns whether trying again may help, see {@link SpawnFault#isPassing()}. */
  public boolean isRetriable() {
    return fault.isPassing();
  }
}
