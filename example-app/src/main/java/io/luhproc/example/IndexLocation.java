package io.luhproc.example;

import java.nio.file.Path;

/**
 * Where the index of one folder is.
 *
 * @param folder the folder, a real path
 * @param directory the directory of ours that everything about it is in
 */
record IndexLocation(Path folder, Path directory) {

  /** Returns the directory of the Lucene index. */
  Path indexDirectory() {
    return directory.resolve("index");
  }

  /** Returns the file that the indexer tells about itself in. */
  StatusFile statusFile() {
    return new StatusFile(directory.resolve("status.properties"));
  }
}
