package io.luhproc;

/**
 * Thrown if an operation of luhproc fails. The message says what failed, on what, why, and what to
 * do about it. A subclass exists where a caller may want to react differently.
 *
 * @since 0.1
 */
public class LuhprocException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message. */
  public LuhprocException(String message) {
    super(message);
  }

  /** Creates an exception with a message and a cause. */
  public LuhprocException(String message, Throwable cause) {
    super(message, cause);
  }
}
