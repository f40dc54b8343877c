package io.luhproc.example;

import java.util.Locale;

/** What an indexer counts, since it was started. */
enum Counter {
  /** Files looked at. */
  SEEN,
  /** Files read, because they are new or changed. */
  READ,
  /** Files that the index knew already. */
  UNCHANGED,
  /** Files that are no text; they are found by their names. */
  BINARY,
  /** Files that are too large to be read; they are found by their names. */
  LARGE,
  /** Files and directories that could not be read, or have a name that is no text. */
  FAILED,
  /** Files and directories that are gone and were taken out of the index. */
  REMOVED,
  /** Bytes of the files read. */
  BYTES;

  /** Returns the name under which it is written and shown. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
