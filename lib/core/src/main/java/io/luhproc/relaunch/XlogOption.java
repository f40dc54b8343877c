package io.luhproc.relaunch;

/**
 * The option {@code -Xlog[:what[:output[:decorators[:output options]]]]} (JEP 158), whose output is
 * {@code stdout}, {@code stderr}, {@code file=NAME}, or a bare file's name.
 */
final class XlogOption {
  private static final String PREFIX = "-Xlog:";

  private XlogOption() {}

  /** Returns whether an option makes the JVM write a log of its own to a file. */
  static boolean writesFile(String option) {
    if (!option.startsWith(PREFIX)) {
      return false;
    }
    int colon = option.indexOf(':', PREFIX.length());
    if (colon < 0) {
      return false;
    }
    String output = option.substring(colon + 1);
    return !isStream(output, "") && !isStream(output, "stdout") && !isStream(output, "stderr");
  }

  private static boolean isStream(String output, String name) {
    return output.startsWith(name)
        && (output.length() == name.length() || output.charAt(name.length()) == ':');
  }
}
