package io.luhproc.engine;

import io.luhproc.LuhprocException;

/**
 * Thrown if an engine gives no answer: it cannot be reached, does not answer in time, or fails. The
 * outcome of the call is unknown; calls may be repeated.
 *
 * @since 0.1
 */
public class EngineUnavailableException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message. */
  public EngineUnavailableException(String message) {
    super(message);
  }

  /** Creates an exception with a message and a cause. */
  public EngineUnavailableException(String message, Throwable cause) {
    super(message, cause);
  }
}
