package io.luhproc.engine;

import io.luhproc.LuhprocException;

/**
 * Thrown if an engine refuses a call for good: a right is missing, or a value is not accepted.
 * Repeating the call does not help.
 *
 * @since 0.1
 */
public class EngineRefusedException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message. */
  public EngineRefusedException(String message) {
    super(message);
  }

  /** Creates an exception with a message and a cause. */
  public EngineRefusedException(String message, Throwable cause) {
    super(message, cause);
  }
}
