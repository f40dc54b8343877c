package io.luhproc;

/**
 * Thrown if a directory is locked by another thread or process.
 *
 * <p>A process directory is locked while its process is started or stopped. The directory of a
 * supervisor is locked as long as the supervisor runs.
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
