package io.luhproc.example;

import java.util.Locale;

/** What an indexer does. */
enum Phase {
  /** It goes through the whole folder; a part of it can be searched already. */
  INDEXING,
  /** Everything is indexed, and changes are picked up as they happen. */
  WATCHING,
  /** It was asked to stop and did. */
  STOPPED,
  /** It gave up, see the last error. */
  FAILED;

  /** Returns the name under which it is written and shown. */
  String key() {
    return name().toLowerCase(Locale.ROOT);
  }
}
