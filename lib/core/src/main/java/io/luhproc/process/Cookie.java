package io.luhproc.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The variable by which every process of a tree names its process directory, and inherits it. */
final class Cookie {
  static final String VARIABLE = LaunchVariables.DIRECTORY;

  private final Path directory;
  private final String text;
  private final String lastName;

  Cookie(Path directory) {
    this.directory = directory;
    this.text = directory.toString();
    this.lastName = lastName(text);
  }

  /** Returns the last name of a path: what all names of one directory have in common. */
  static String lastName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Returns the last name of the directory, see {@link RollCall#carriers(String)}. */
  String lastName() {
    return lastName;
  }

  /** Returns whose cookie a value of the variable is; nobody's when it is empty. */
  Owner owner(String value) {
    if (value.isEmpty()) {
      return Owner.NOBODY;
    }
    return isDirectory(value) ? Owner.OURS : Owner.ANOTHER;
  }

  /** The root may be reached by several names (a symbolic link, /run and /var/run). */
  private boolean isDirectory(String value) {
    return value.equals(text) || (lastName(value).equals(lastName) && isSameFile(value));
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
