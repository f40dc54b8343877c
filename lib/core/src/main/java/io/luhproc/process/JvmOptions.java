package io.luhproc.process;

import java.io.IOException;
import java.util.List;

/** Additional options for a JVM, as a caller gives them. */
final class JvmOptions {
  private JvmOptions() {}

  /**
   * Checks that words are options of a JVM and nothing more: a word too many would be taken for the
   * program.
   *
   * @return the options, each in one element, argument files replaced by what they hold
   * @throws IllegalArgumentException when they name a program or lack a value
   */
  static List<String> check(List<String> words, AbsolutePaths paths) {
    try {
      CommandLine line = new CommandLineParser(paths).parse(words);
      if (line.entry() != null || words.contains("-jar")) {
        throw new IllegalArgumentException(
            "JVM options (" + words + ") must only be options, and not name a program");
      }
      return line.options();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "JVM options (" + words + ") name a file that cannot be read: " + e, e);
    }
  }
}
