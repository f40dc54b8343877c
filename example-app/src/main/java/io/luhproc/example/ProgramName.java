package io.luhproc.example;

import java.util.List;
import java.util.stream.Collectors;

/** Formats command lines of this app for messages, so that they can be pasted into a shell. */
final class ProgramName {
  // Set by the launcher script.
  private static final String LAUNCHER = "EXAMPLE_APP_LAUNCHER";

  private ProgramName() {}

  /** Returns the command line that runs this app with arguments. */
  static String withArguments(String... arguments) {
    String launcher = System.getenv(LAUNCHER);
    return (launcher == null
            ? forClassPath(System.getProperty("java.class.path", ""))
            : shellQuote(launcher))
        + " "
        + List.of(arguments).stream().map(ProgramName::shellQuote).collect(Collectors.joining(" "));
  }

  /** Returns the command that was used; with {@code java -jar}, the class path is the jar. */
  static String forClassPath(String classPath) {
    boolean jar = classPath.endsWith(".jar") && classPath.indexOf(':') < 0;
    return jar ? "java -jar " + shellQuote(classPath) : "docsearch";
  }

  /** Returns a word quoted for a shell, without control characters. */
  static String shellQuote(String word) {
    return word.matches("[\\w@%+=:,./-]+")
        ? word
        : "'" + FolderPaths.replaceControls(word).replace("'", "'\\''") + "'";
  }
}
