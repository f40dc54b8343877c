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
 * @param own directories of ours, the changes in which must not make us write in them again
 */
record FolderRules(Path folder, List<Path> own) {
  private static final Set<String> BUILT = Set.of("target", "node_modules");

  /** Copies the list. */
  FolderRules {
    own = List.copyOf(own);
  }

  /** Returns whether the files in a directory are searched. */
  boolean enters(Path directory) {
    if (directory.equals(folder)) {
      return true;
    }
    String name = String.valueOf(directory.getFileName());
    return !name.startsWith(".") && !BUILT.contains(name) && !own.contains(directory);
  }

  /** Returns whether a file is searched. */
  boolean takes(BasicFileAttributes attributes) {
    return attributes.isRegularFile();
  }

  /** Returns the path from the folder to a file, with {@code /} between the names. */
  String nameOf(Path path) {
    return folder.relativize(path).toString().replace(path.getFileSystem().getSeparator(), "/");
  }
}
