package io.luhproc.relaunch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites the environment variables that hold JVM options.
 *
 * <p>The JVM itself reads {@code JAVA_TOOL_OPTIONS} and {@code _JAVA_OPTIONS} (arguments.cpp of the
 * JDK). The launcher {@code java} reads {@code JDK_JAVA_OPTIONS} (args.c), which may name argument
 * files and have option values in separate words.
 */
final class OptionEnvironment {
  static final String JAVA_TOOL_OPTIONS = "JAVA_TOOL_OPTIONS";
  static final String JDK_JAVA_OPTIONS = "JDK_JAVA_OPTIONS";
  static final String JAVA_OPTIONS = "_JAVA_OPTIONS";
  static final String[] NAMES = {JAVA_TOOL_OPTIONS, JDK_JAVA_OPTIONS, JAVA_OPTIONS};
  // A jpackage launcher sets it when it executes itself a second time (LinuxLauncher.c). A child
  // that inherits it takes its first argument for the main class.
  private static final String JPACKAGE_LAUNCHER = "_JPACKAGE_LAUNCHER";

  private final JvmOptionRewriter rewriter;
  private final Map<String, String> inherited;

  /** Creates an instance for variables inherited from the given environment. */
  OptionEnvironment(JvmOptionRewriter rewriter, Map<String, String> inherited) {
    this.rewriter = rewriter;
    this.inherited = inherited;
  }

  /**
   * Returns the environment without options that two JVMs cannot share. A variable whose value
   * differs from the inherited one was set for this worker, and is kept.
   */
  Map<String, String> rewrite(Map<String, String> environment) {
    Map<String, String> result = new HashMap<>(environment);
    result.remove(JPACKAGE_LAUNCHER);
    rewriteVariable(result, JAVA_TOOL_OPTIONS, environment.get(JAVA_TOOL_OPTIONS));
    rewriteVariable(result, JAVA_OPTIONS, environment.get(JAVA_OPTIONS));
    rewriteVariable(result, JDK_JAVA_OPTIONS, environment.get(JDK_JAVA_OPTIONS));
    return result;
  }

  /** Returns the options in the value of a variable, one element each. */
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
      return; // an unclosed quote, with which no JVM starts
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
      // A deleted argument file, for example: the launcher of the worker reports the error.
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
