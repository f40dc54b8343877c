package io.luhproc.log.file;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/** Thrown if a log file is a symbolic link, a directory, a pipe or a device. */
public final class LogFileRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  private LogFileRefusedException(String message) {
    super(message);
  }

  /** Checks that a file is regular: opening a pipe would block, and a device may have no end. */
  static void check(Path file, BasicFileAttributes attributes) throws LogFileRefusedException {
    if (attributes.isSymbolicLink()) {
      throw new LogFileRefusedException(
          file + " is a symbolic link, which luhproc never follows; remove it");
    }
    if (!attributes.isRegularFile()) {
      String kind = attributes.isDirectory() ? "directory" : "pipe, socket or device";
      throw new LogFileRefusedException(
          file + " is a " + kind + " instead of a regular file; remove it");
    }
  }
}
