package io.luhproc.example;

import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;

/**
 * Selects the directories and files of a folder that are indexed.
 *
 * <p>Hidden directories such as {@code .git}, {@code target} and {@code node_modules} are skipped.
 * Only regular files are indexed: no symbolic link is followed and no pipe is opened.
 *
 * @param folder the folder; it is included whatever its name is
 * @param excluded directories that the indexer writes to; indexing them would cause new changes
 */
record FolderFilter(Path folder, List<Path> excluded) {
  private static final Set<String> BUILD_DIRECTORIES = Set.of("target", "node_modules");

  /** Copies the list. */
  FolderFilter {
    excluded = List.copyOf(excluded);
  }

  /** Returns whether the files of a directory are indexed. */
  boolean includesDirectory(Path directory) {
    if (directory.equals(folder)) {
      return true;
    }
    String name = String.valueOf(directory.getFileName());
    return !name.startsWith(".")
        && !BUILD_DIRECTORIES.contains(name)
        && !excluded.contains(directory);
  }

  /** Returns whether a file is indexed. */
  boolean includesFile(BasicFileAttributes attributes) {
    return attributes.isRegularFile();
  }

  /** Returns the path of a file relative to the folder, with {@code /} as separator. */
  String relativePath(Path path) {
    return folder.relativize(path).toString().replace(path.getFileSystem().getSeparator(), "/");
  }
}
