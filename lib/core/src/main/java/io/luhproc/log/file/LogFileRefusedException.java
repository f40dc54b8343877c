package io.luhproc.log.file;

import java.io.IOException;
import java.nio.file.Path;

/** Thrown if the active file is a symbolic link. */
public final class SymlinkRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  SymlinkRefusedException(Path file) {
    super(file + " is a symbolic link, which luhproc never follows; remove it");
  }
}
