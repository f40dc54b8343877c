package io.luhproc;

/**
 * Thrown if a process directory stays locked until the timeout, because another process or thread
 * starts or stops the same worker or service.
 *
 * @since 0.1
 */
public final class DirectoryLockedException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message. */
  public DirectoryLockedException(String message) {
    super(message);
  }
}
