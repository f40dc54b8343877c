package io.luhproc;

/**
 * The base class of all exceptions of luhproc. Thrown if an operation fails.
 *
 * <p>The message has the form {@code cannot <do> <what>: <cause>; <remedy>}. There is a subclass
 * for each failure that a caller may want to handle.
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
