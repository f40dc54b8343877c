package io.luhproc;

/** Somebody else was starting or stopping the same process for longer than we were to wait. */
public final class DirectoryLockedException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  /** Creates one with its message. */
  public DirectoryLockedException(String message) {
    super(message);
  }
}
