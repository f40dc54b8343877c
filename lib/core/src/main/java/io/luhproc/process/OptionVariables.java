package io.luhproc.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The environment variables from which a JVM takes options. {@code JAVA_TOOL_OPTIONS} and {@code
 * _JAVA_OPTIONS} are read by the JVM itself (arguments.cpp of the JDK), {@code JDK_JAVA_OPTIONS} by
 * the launcher {@code java} (args.c), which knows argument files and values in words of their own.
 */
final class OptionVariables {
  static final String TOOL = "JAVA_TOOL_OPTIONS";
  static final String LAUNCHER = "JDK_JAVA_OPTIONS";
  static final String LAST = "_JAVA_OPTIONS";
  // By it the launcher of a jpackage image tells its second self (LinuxLauncher.c); a child that
  // inherits it mistakes its first argument for the main class.
  private static final String PACKAGED = "_JPACKAGE_LAUNCHER";

  private final OptionRules rules;
  private final Map<String, String> inherited;

  /** Creates one for variables that are inherited from an environment. */
  OptionVariables(OptionRules rules, Map<String, String> inherited) {
    this.rules = rules;
    this.inherited = inherited;
  }

  /**
   * Returns an environment without the options that a worker must not share. A variable whose value
   * is not the inherited one was set on purpose, for this worker, and stays.
   */
  Map<String, String> clean(Map<String, String> environment) {
    Map<String, String> result = new HashMap<>(environment);
    result.remove(PACKAGED);
    put(result, TOOL, environment.get(TOOL));
    put(result, LAST, environment.get(LAST));
    put(result, LAUNCHER, environment.get(LAUNCHER));
    return result;
  }

  /** Returns the options that a variable adds to a JVM, each in one element. */
  static List<String> options(String name, @Nullable String text, AbsolutePaths paths) {
    List<String> words = text == null ? List.of() : OptionText.words(text);
    if (words == null) {
      return List.of();
    }
    return name.equals(LAUNCHER) ? launcherOptions(words, paths) : words;
  }

  private void put(Map<String, String> environment, String name, @Nullable String text) {
    if (text == null || !text.equals(inherited.get(name))) {
      return;
    }
    List<String> words = OptionText.words(text);
    if (words == null) {
      return; // a quote is left open, with which no JVM starts
    }
    boolean launcher = name.equals(LAUNCHER);
    List<String> options = launcher ? launcherOptions(words, rules.paths()) : words;
    List<String> kept = rules.translate(options);
    if (kept.isEmpty()) {
      environment.remove(name);
    } else if (!kept.equals(options) || (launcher && namesFile(words))) {
      environment.put(name, OptionText.join(kept));
    }
  }

  private static List<String> launcherOptions(List<String> words, AbsolutePaths paths) {
    List<String> options = new ArrayList<>();
    try {
      options.addAll(new CommandLineParser(paths).parse(words).options());
    } catch (IOException | IllegalArgumentException expected) {
      // An argument file that is gone, say: the launcher of the worker tells better what is wrong.
      options.addAll(words);
    }
    return options;
  }

  private static boolean namesFile(List<String> words) {
    for (String word : words) {
      if (word.startsWith("@")) {
        return true;
      }
    }
    return false;
  }
}
