package io.luhproc;

import java.nio.file.Path;

/**
 * Thrown if a directory is not safe to use: it is a symbolic link, no directory, or belongs to
 * another user or another app. Nothing has been changed or signalled.
 *
 * @since 0.1
 */
public final class DirectoryRefusedException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  private final transient Path directory;

  /** Creates an exception about a directory. */
  public DirectoryRefusedException(Path directory, String message) {
    super(message);
    this.directory = directory;
  }

  /** Returns the directory that was refused. */
  public Path directory() {
    return directory;
  }
}
