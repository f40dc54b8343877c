package io.luhproc.log;

import java.io.IOException;
import java.nio.file.Path;

/** A symbolic link is in the place of a log. */
final class LinkRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  LinkRefusedException(Path file) {
    super(file + " is a symbolic link, which luhproc never follows; remove it");
  }
}
