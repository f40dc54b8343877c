package io.luhproc.tree;

import io.luhproc.process.EnvironmentNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** The variable by which every process of a tree names its process directory, and inherits it. */
final class TreeMarker {
  static final String VARIABLE = EnvironmentNames.DIRECTORY;

  private final Path directory;
  private final String directoryPath;
  private final String directoryName;

  TreeMarker(Path directory) {
    this.directory = directory;
    this.directoryPath = directory.toString();
    this.directoryName = directoryName(directoryPath);
  }

  /** Returns the last name of a path: what all names of one directory have in common. */
  static String directoryName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Returns the last name of the directory, see {@link ProcessSnapshot#withMarker(String)}. */
  String directoryName() {
    return directoryName;
  }

  /** Returns whose cookie a value of the variable is; nobody's when it is empty. */
  TreeOwnership ownership(String value) {
    if (value.isEmpty()) {
      return TreeOwnership.UNMARKED;
    }
    return isSameDirectory(value) ? TreeOwnership.THIS_TREE : TreeOwnership.OTHER_TREE;
  }

  /** The root may be reached by several names (a symbolic link, /run and /var/run). */
  private boolean isSameDirectory(String value) {
    return value.equals(directoryPath)
        || (directoryName(value).equals(directoryName) && isSameFile(value));
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
