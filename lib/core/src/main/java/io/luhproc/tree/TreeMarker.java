package io.luhproc.tree;

import io.luhproc.process.EnvironmentNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The marker of a tree: the environment variable with the path of its process directory.
 *
 * <p>Every process of the tree inherits it from its parent.
 */
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

  /** Returns the last component of a path, which all aliases of one directory share. */
  static String directoryName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Returns the key for {@link ProcessSnapshot#withMarker(String)}. */
  String directoryName() {
    return directoryName;
  }

  /** Compares a value of the variable with this marker. An empty value means no marker. */
  TreeOwnership ownership(String value) {
    if (value.isEmpty()) {
      return TreeOwnership.UNMARKED;
    }
    return isSameDirectory(value) ? TreeOwnership.THIS_TREE : TreeOwnership.OTHER_TREE;
  }

  /** The root directory may have aliases, such as a symbolic link or /run and /var/run. */
  private boolean isSameDirectory(String value) {
    return value.equals(directoryPath)
        || (directoryName(value).equals(directoryName) && isSameFile(value));
  }

  private boolean isSameFile(String value) {
    try {
      return Files.isSameFile(directory, Path.of(value));
    } catch (IOException | InvalidPathException ignored) {
      // Without proof of membership a process is not signalled.
      return false;
    }
  }
}
