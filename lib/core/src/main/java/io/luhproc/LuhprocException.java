package io.luhproc;

/**
 * Something that luhproc was asked to do did not work. The message says what failed, on what, why,
 * and what to do; a subclass stands where a caller would act differently.
 */
public class LuhprocException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Creates one with its message. */
  public LuhprocException(String message) {
    super(message);
  }

  /** Creates one with its message and cause. */
  public LuhprocException(String message, Throwable cause) {
    super(message, cause);
  }
}
