package io.luhproc.worker.bootstrap;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;

/** The jars and folders of the class path and the module path of this JVM. */
final class ProgramFiles {
  private ProgramFiles() {}

  /**
   * Returns why a class could not be loaded: a file of the program that was replaced or deleted
   * since this JVM started. Empty if the failure has another cause.
   */
  static Optional<String> explain(Throwable failure, Instant startedAt) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof LinkageError || cause instanceof ClassNotFoundException) {
        return findChanged(startedAt).map(it -> "the program was replaced while it ran: " + it);
      }
    }
    return Optional.empty();
  }

  private static Optional<String> findChanged(Instant startedAt) {
    String path =
        System.getProperty("java.class.path", "")
            + File.pathSeparator
            + System.getProperty("jdk.module.path", "");
    for (String entry : path.split(File.pathSeparator, -1)) {
      if (!entry.isEmpty() && hasChanged(Path.of(entry), startedAt)) {
        return Optional.of(entry);
      }
    }
    return Optional.empty();
  }

  private static boolean hasChanged(Path file, Instant startedAt) {
    try {
      // A file that is moved into place keeps its modification time, but not its change time.
      Object time = Files.getAttribute(file, "unix:ctime");
      return time instanceof FileTime changed && changed.toInstant().isAfter(startedAt);
    } catch (IOException | UnsupportedOperationException e) {
      return Files.notExists(file);
    }
  }
}
