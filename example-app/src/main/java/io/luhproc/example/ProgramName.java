package io.luhproc.example;

import java.util.List;
import java.util.stream.Collectors;

/** Says how this app is called, so that what a message recommends can be pasted into a shell. */
final class ProgramName {
  private ProgramName() {}

  /** Returns a command line that calls this app with some arguments. */
  static String withArguments(String... arguments) {
    return forClassPath(System.getProperty("java.class.path", ""))
        + " "
        + List.of(arguments).stream().map(ProgramName::shellQuote).collect(Collectors.joining(" "));
  }

  /** With {@code java -jar}, the class path is the jar as it was named. */
  static String forClassPath(String classPath) {
    boolean jar = classPath.endsWith(".jar") && classPath.indexOf(':') < 0;
    return jar ? "java -jar " + shellQuote(classPath) : "docsearch";
  }

  /** Returns a word as a shell takes it; nothing in it can command a terminal. */
  static String shellQuote(String word) {
    return word.matches("[\\w@%+=:,./-]+")
        ? word
        : "'" + FolderPaths.replaceControls(word).replace("'", "'\\''") + "'";
  }
}
