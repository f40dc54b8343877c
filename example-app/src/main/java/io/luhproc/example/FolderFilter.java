package io.luhproc.example;

import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Set;

/**
 * Which directories and files of a folder are searched: not the hidden directories ({@code .git}),
 * nor {@code target} and {@code node_modules}, nor what the indexer itself writes; only regular
 * files, so no symbolic link is followed and no pipe is opened.
 *
 * @param folder the folder itself, which is entered whatever its name
 * @param excluded directories of ours, the changes in which must not make us write in them again
 */
record FolderFilter(Path folder, List<Path> excluded) {
  private static final Set<String> BUILD_DIRECTORIES = Set.of("target", "node_modules");

  /** Copies the list. */
  FolderFilter {
    excluded = List.copyOf(excluded);
  }

  /** Returns whether the files in a directory are searched. */
  boolean includesDirectory(Path directory) {
    if (directory.equals(folder)) {
      return true;
    }
    String name = String.valueOf(directory.getFileName());
    return !name.startsWith(".")
        && !BUILD_DIRECTORIES.contains(name)
        && !excluded.contains(directory);
  }

  /** Returns whether a file is searched. */
  boolean includesFile(BasicFileAttributes attributes) {
    return attributes.isRegularFile();
  }

  /** Returns the path from the folder to a file, with {@code /} between the names. */
  String relativePath(Path path) {
    return folder.relativize(path).toString().replace(path.getFileSystem().getSeparator(), "/");
  }
}
