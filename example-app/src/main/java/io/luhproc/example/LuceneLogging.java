package io.luhproc.example;

import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Configures the logging of Lucene by {@code java.util.logging}. On newer JDKs, Lucene logs on
 * stderr which JDK features it uses.
 */
final class LuceneLogging {
  /** A strong reference; without it, the logger and its level could be garbage collected. */
  private static final Logger LOGGER = Logger.getLogger("org.apache.lucene");

  private LuceneLogging() {}

  /** Turns off all messages below SEVERE. Call it before any other class of Lucene is used. */
  static void logFailuresOnly() {
    LOGGER.setLevel(Level.SEVERE);
  }
}
