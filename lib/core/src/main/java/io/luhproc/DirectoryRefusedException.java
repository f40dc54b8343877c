package io.luhproc;

import java.nio.file.Path;

/**
 * A directory is not safe to use, or not ours: a symbolic link, somebody else's, another app's, or
 * no directory at all. Nothing was changed and nothing signalled.
 */
public final class DirectoryRefusedException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  private final transient Path directory;

  /** Creates one about a directory. */
  public DirectoryRefusedException(Path directory, String message) {
    super(message);
    this.directory = directory;
  }

  /** Returns the directory that was refused. */
  public Path directory() {
    return directory;
  }
}
