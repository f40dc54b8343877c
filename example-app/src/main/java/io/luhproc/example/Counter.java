package io.luhproc.example;

import java.util.Locale;

/** The counters of an indexer, all since its start. */
enum Counter {
  /** Regular files found. */
  SEEN,
  /** New or changed files that were read. */
  READ,
  /** Files that were in the index already. */
  UNCHANGED,
  /** Binary files; only their names can be searched. */
  BINARY,
  /** Files over the size limit; only their names can be searched. */
  LARGE,
  /** Files and directories that could not be read, or whose name cannot be decoded. */
  FAILED,
  /** Deleted files and directories that were removed from the index. */
  REMOVED,
  /** Bytes of the files that were read. */
  BYTES;

  /** Returns the name in the status file and in JSON. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
