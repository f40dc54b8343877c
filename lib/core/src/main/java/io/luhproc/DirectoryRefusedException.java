package io.luhproc;

import java.nio.file.Path;

/**
 * Thrown if a directory is not safe to use: it is a symbolic link, is owned by another user,
 * belongs to another application, or is not a directory.
 *
 * <p>Nothing has been changed and no process has been signalled.
 *
 * @since 0.1
 */
public final class DirectoryRefusedException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  private final transient Path directory;

  /** Creates an exception with the rejected directory and a message. */
  public DirectoryRefusedException(Path directory, String message) {
    super(message);
    this.directory = directory;
  }

  /** Returns the rejected directory. */
  public Path directory() {
    return directory;
  }
}
