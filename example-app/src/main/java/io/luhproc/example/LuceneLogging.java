package io.luhproc.example;

import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * What Lucene itself logs, by {@code java.util.logging}: on newer JDKs it tells on stderr, whatever
 * was asked, which of their features it uses.
 */
final class LuceneLogging {
  /** Kept here, as a logger that nobody holds forgets its level. */
  private static final Logger LOGGER = Logger.getLogger("org.apache.lucene");

  private LuceneLogging() {}

  /** Leaves only failures; to be called before anything of Lucene is touched. */
  static void logFailuresOnly() {
    LOGGER.setLevel(Level.SEVERE);
  }
}
