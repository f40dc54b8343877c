package io.luhproc.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/** The variable by which every process of a tree names its process directory, and inherits it. */
final class Cookie {
  private static final String VARIABLE = "LUHPROC_DIR";

  private final Path directory;
  private final String text;
  private final String lastName;

  Cookie(Path directory) {
    this.directory = directory;
    this.text = directory.toString();
    this.lastName = text.substring(text.lastIndexOf('/'));
  }

  Owner owner(ProcessTable table, long pid) {
    Optional<String> value = table.environment(pid, VARIABLE);
    if (value.isEmpty() || value.get().isEmpty()) {
      return Owner.NOBODY;
    }
    return isDirectory(value.get()) ? Owner.OURS : Owner.ANOTHER;
  }

  /** The root may be reached by several names (a symbolic link, /run and /var/run). */
  private boolean isDirectory(String value) {
    return value.equals(text) || (value.endsWith(lastName) && isSameFile(value));
  }

  private boolean isSameFile(String value) {
    try {
      return Files.isSameFile(directory, Path.of(value));
    } catch (IOException | InvalidPathException ignored) {
      // What cannot be compared is not shown to be ours, and strangers are left alone.
      return false;
    }
  }
}
