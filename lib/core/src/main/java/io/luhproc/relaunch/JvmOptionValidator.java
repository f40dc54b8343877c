package io.luhproc.relaunch;

import java.io.IOException;
import java.util.List;

/** Additional options for a JVM, as a caller gives them. */
final class JvmOptionValidator {
  private JvmOptionValidator() {}

  /**
   * Checks that words are options of a JVM and nothing more: a word too many would be taken for the
   * program.
   *
   * @return the options, each in one element, argument files replaced by what they hold
   * @throws IllegalArgumentException when they name a program or lack a value
   */
  static List<String> validate(List<String> arguments, PathResolver pathResolver) {
    try {
      JavaCommandLine line = new JavaCommandLineParser(pathResolver).parse(arguments);
      if (line.target() != null || arguments.contains("-jar")) {
        throw new IllegalArgumentException(
            "JVM options (" + arguments + ") must only be options, and not name a program");
      }
      return line.options();
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "JVM options (" + arguments + ") name a file that cannot be read: " + e, e);
    }
  }
}
