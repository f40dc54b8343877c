package io.luhproc.example;

import java.util.Locale;

/** Phase of an indexer. */
enum Phase {
  /** Crawls the whole folder; files committed so far can be searched. */
  INDEXING,
  /** All files are indexed; changes are indexed as they occur. */
  WATCHING,
  /** Stopped on request. */
  STOPPED,
  /** Failed; see the last error. */
  FAILED;

  /** Returns the name in lower case, for output. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
