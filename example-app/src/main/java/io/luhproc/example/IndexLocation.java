package io.luhproc.example;

import java.nio.file.Path;

/**
 * Location of the files about one folder.
 *
 * @param folder the indexed folder, a real path
 * @param directory the directory with its index and its status file
 */
record IndexLocation(Path folder, Path directory) {

  /** Returns the directory of the Lucene index. */
  Path indexDirectory() {
    return directory.resolve("index");
  }

  /** Returns the file to which the indexer writes its status. */
  StatusFile statusFile() {
    return new StatusFile(directory.resolve("status.properties"));
  }
}
