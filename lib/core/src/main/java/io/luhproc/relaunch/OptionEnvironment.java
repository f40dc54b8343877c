package io.luhproc.relaunch;

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
final class OptionEnvironment {
  static final String JAVA_TOOL_OPTIONS = "JAVA_TOOL_OPTIONS";
  static final String JDK_JAVA_OPTIONS = "JDK_JAVA_OPTIONS";
  static final String JAVA_OPTIONS = "_JAVA_OPTIONS";
  // By it the launcher of a jpackage image tells its second self (LinuxLauncher.c); a child that
  // inherits it mistakes its first argument for the main class.
  private static final String JPACKAGE_LAUNCHER = "_JPACKAGE_LAUNCHER";

  private final JvmOptionRewriter rewriter;
  private final Map<String, String> inherited;

  /** Creates one for variables that are inherited from an environment. */
  OptionEnvironment(JvmOptionRewriter rewriter, Map<String, String> inherited) {
    this.rewriter = rewriter;
    this.inherited = inherited;
  }

  /**
   * Returns an environment without the options that a worker must not share. A variable whose value
   * is not the inherited one was set on purpose, for this worker, and stays.
   */
  Map<String, String> rewrite(Map<String, String> environment) {
    Map<String, String> result = new HashMap<>(environment);
    result.remove(JPACKAGE_LAUNCHER);
    rewriteVariable(result, JAVA_TOOL_OPTIONS, environment.get(JAVA_TOOL_OPTIONS));
    rewriteVariable(result, JAVA_OPTIONS, environment.get(JAVA_OPTIONS));
    rewriteVariable(result, JDK_JAVA_OPTIONS, environment.get(JDK_JAVA_OPTIONS));
    return result;
  }

  /** Returns the options that a variable adds to a JVM, each in one element. */
  static List<String> parse(String name, @Nullable String text, PathResolver pathResolver) {
    List<String> tokens = text == null ? List.of() : OptionTokenizer.tokenize(text);
    if (tokens == null) {
      return List.of();
    }
    return name.equals(JDK_JAVA_OPTIONS) ? parseLauncherOptions(tokens, pathResolver) : tokens;
  }

  private void rewriteVariable(
      Map<String, String> environment, String name, @Nullable String text) {
    if (text == null || !text.equals(inherited.get(name))) {
      return;
    }
    List<String> tokens = OptionTokenizer.tokenize(text);
    if (tokens == null) {
      return; // a quote is left open, with which no JVM starts
    }
    boolean isLauncherVariable = name.equals(JDK_JAVA_OPTIONS);
    List<String> options =
        isLauncherVariable ? parseLauncherOptions(tokens, rewriter.pathResolver()) : tokens;
    List<String> kept = rewriter.rewrite(options);
    if (kept.isEmpty()) {
      environment.remove(name);
    } else if (!kept.equals(options) || (isLauncherVariable && namesArgFile(tokens))) {
      environment.put(name, OptionTokenizer.join(kept));
    }
  }

  private static List<String> parseLauncherOptions(List<String> tokens, PathResolver pathResolver) {
    List<String> options = new ArrayList<>();
    try {
      options.addAll(new JavaCommandLineParser(pathResolver).parse(tokens).options());
    } catch (IOException | IllegalArgumentException expected) {
      // An argument file that is gone, say: the launcher of the worker tells better what is wrong.
      options.addAll(tokens);
    }
    return options;
  }

  private static boolean namesArgFile(List<String> tokens) {
    for (String token : tokens) {
      if (token.startsWith("@")) {
        return true;
      }
    }
    return false;
  }
}
