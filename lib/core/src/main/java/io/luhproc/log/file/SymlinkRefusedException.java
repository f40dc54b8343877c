package io.luhproc.log.file;

import java.io.IOException;
import java.nio.file.Path;

/** A symbolic link is in the place of a log. */
public final class SymlinkRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  SymlinkRefusedException(Path file) {
    super(file + " is a symbolic link, which luhproc never follows; remove it");
  }
}
