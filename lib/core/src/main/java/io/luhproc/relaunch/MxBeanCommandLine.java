package io.luhproc.relaunch;

import io.luhproc.process.NotRelaunchableException;
import io.luhproc.relaunch.LaunchTarget.Kind;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reconstructs the command line from system properties and the {@code RuntimeMXBean}.
 *
 * <p>Used without {@code /proc}, or if an argument file was deleted after the start, as IDEs do.
 * Takes about 15 ms and needs the module {@code java.management}.
 */
final class MxBeanCommandLine {
  private static final String SOURCE_LAUNCHER = "jdk.compiler/com.sun.tools.javac.launcher.";
  private static final String SOURCE_VERSION = "-Djdk.internal.javac.source=";

  private final CurrentJvm jvm;
  private final List<String> inputArguments;
  private final PathResolver pathResolver;

  /** Creates an instance from the input arguments, which include options of the environment. */
  MxBeanCommandLine(CurrentJvm jvm, List<String> inputArguments) {
    this.jvm = jvm;
    this.inputArguments = inputArguments;
    this.pathResolver = new PathResolver(jvm.workingDirectory());
  }

  /**
   * Creates an instance for the running JVM.
   *
   * @throws NotRelaunchableException if the runtime has no {@code java.management}
   */
  static MxBeanCommandLine ofRunningJvm(CurrentJvm jvm) {
    return new MxBeanCommandLine(jvm, readInputArguments());
  }

  /**
   * Returns the reconstructed command line.
   *
   * @throws NotRelaunchableException if there is no system property {@code sun.java.command}
   */
  JavaCommandLine reconstruct() {
    String command = jvm.propertyOrEmpty("sun.java.command");
    if (command.isEmpty()) {
      throw new NotRelaunchableException(
          "it has no system property sun.java.command, so a native program has started it");
    }
    LaunchTarget target = parseTarget(command);
    int skip = target.kind() == Kind.SOURCE ? command.indexOf(' ') + 1 : 0;
    String rest = command.substring(Math.min(command.length(), skip + target.name().length()));
    List<String> options = reconstructOptions();
    if (target.kind() != Kind.JAR) {
      addIfSet(options, "--class-path=", "java.class.path");
    }
    return new JavaCommandLine(options, target, parseArguments(rest));
  }

  private List<String> reconstructOptions() {
    List<String> options = new ArrayList<>();
    for (String option : withoutEnvironmentOptions(inputArguments)) {
      if (option.startsWith(SOURCE_VERSION)) {
        options.add("--source=" + option.substring(SOURCE_VERSION.length()));
      } else if (!option.startsWith("--module-path=")) {
        options.add(option);
      }
    }
    addIfSet(options, "--module-path=", "jdk.module.path");
    return options;
  }

  private void addIfSet(List<String> options, String option, String key) {
    String value = jvm.propertyOrEmpty(key);
    if (!value.isEmpty()) {
      options.add(option + value);
    }
  }

  private LaunchTarget parseTarget(String command) {
    if (command.startsWith(SOURCE_LAUNCHER)) {
      return new LaunchTarget(Kind.SOURCE, firstWord(command.substring(command.indexOf(' ') + 1)));
    }
    if (jvm.property("jdk.module.main") != null) {
      return new LaunchTarget(Kind.MODULE, firstWord(command));
    }
    String jar = findJar(command);
    return jar == null
        ? new LaunchTarget(Kind.CLASS, firstWord(command))
        : new LaunchTarget(Kind.JAR, jar);
  }

  /**
   * Returns the path of the jar if one is run, else null. The path may contain spaces. It is the
   * first entry of the class path, to which agents may have been appended.
   */
  private @Nullable String findJar(String command) {
    String classPath = jvm.propertyOrEmpty("java.class.path");
    int colon = classPath.indexOf(':');
    String firstEntry = colon < 0 ? classPath : classPath.substring(0, colon);
    boolean isRunJar = command.equals(firstEntry) || command.startsWith(firstEntry + " ");
    return isRunJar && Files.isRegularFile(Path.of(pathResolver.resolve(firstEntry)))
        ? firstEntry
        : null;
  }

  /**
   * Splits the program arguments, which the property has joined by spaces. Arguments that follow
   * the deleted file on the command line are known exactly.
   */
  private List<String> parseArguments(String joined) {
    List<String> known = argumentsAfterLastArgFile();
    for (int from = 0; from < known.size(); from++) {
      List<String> tail = known.subList(from, known.size());
      if (joined.equals(" " + String.join(" ", tail))) {
        return List.copyOf(tail);
      }
    }
    String end = known.isEmpty() ? "" : " " + String.join(" ", known);
    if (!joined.endsWith(end)) {
      return splitAtSpaces(joined);
    }
    List<String> arguments = splitAtSpaces(joined.substring(0, joined.length() - end.length()));
    arguments.addAll(known);
    return arguments;
  }

  private List<String> argumentsAfterLastArgFile() {
    List<String> tail = jvm.arguments();
    for (int at = tail.size() - 1; at >= 0; at--) {
      if (tail.get(at).startsWith("@")) {
        return tail.subList(at + 1, tail.size());
      }
    }
    return List.of();
  }

  /** Removes JAVA_TOOL_OPTIONS and JDK_JAVA_OPTIONS, which come first, and _JAVA_OPTIONS (last). */
  private List<String> withoutEnvironmentOptions(List<String> input) {
    int from = skipPrefix(input, 0, environmentOptions(OptionEnvironment.JAVA_TOOL_OPTIONS));
    from = skipPrefix(input, from, environmentOptions(OptionEnvironment.JDK_JAVA_OPTIONS));
    List<String> suffix = environmentOptions(OptionEnvironment.JAVA_OPTIONS);
    int to = input.size() - suffix.size();
    boolean hasSuffix = to >= from && input.subList(to, input.size()).equals(suffix);
    return input.subList(from, hasSuffix ? to : input.size());
  }

  private List<String> environmentOptions(String name) {
    List<String> options = new ArrayList<>();
    for (String option : OptionEnvironment.parse(name, jvm.environment().get(name), pathResolver)) {
      if (!option.startsWith("--class-path=")) {
        options.add(option); // the input arguments do not contain the class path
      }
    }
    return options;
  }

  private static int skipPrefix(List<String> input, int from, List<String> options) {
    int to = from + options.size();
    boolean hasPrefix = to <= input.size() && input.subList(from, to).equals(options);
    return hasPrefix ? to : from;
  }

  private static List<String> readInputArguments() {
    try {
      return ManagementFactory.getRuntimeMXBean().getInputArguments();
    } catch (LinkageError e) {
      throw new NotRelaunchableException(
          "its argument file (@file) was deleted, and the runtime lacks the module java.management,"
              + " which knows the options",
          e);
    }
  }

  private static String firstWord(String text) {
    int space = text.indexOf(' ');
    return space < 0 ? text : text.substring(0, space);
  }

  private static List<String> splitAtSpaces(String text) {
    List<String> words = new ArrayList<>();
    for (int at = 0; at < text.length(); ) {
      int space = text.indexOf(' ', at);
      int end = space < 0 ? text.length() : space;
      if (end > at) {
        words.add(text.substring(at, end));
      }
      at = end + 1;
    }
    return words;
  }
}
