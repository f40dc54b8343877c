package io.luhproc.process;

import io.luhproc.process.EntryPoint.Kind;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The command line as the JVM remembers it, where the system's cannot be had: no {@code /proc}, or
 * an argument file that was deleted after the start, as IDEs do. Costs about 15 ms, for it needs
 * the module {@code java.management}.
 */
final class LostCommandLine {
  private static final String SOURCE_LAUNCHER = "jdk.compiler/com.sun.tools.javac.launcher.";
  private static final String SOURCE_VERSION = "-Djdk.internal.javac.source=";

  private final RunningJvm jvm;
  private final List<String> inputArguments;
  private final AbsolutePaths paths;

  /** Creates one on what the JVM says of its options, which are the launcher's and variables'. */
  LostCommandLine(RunningJvm jvm, List<String> inputArguments) {
    this.jvm = jvm;
    this.inputArguments = inputArguments;
    this.paths = new AbsolutePaths(jvm.workingDirectory());
  }

  /**
   * Asks the running JVM.
   *
   * @throws NotRelaunchableException when the runtime has no {@code java.management}
   */
  static LostCommandLine of(RunningJvm jvm) {
    return new LostCommandLine(jvm, inputArguments());
  }

  /**
   * Puts the command line together from properties and from what the JVM says of its options.
   *
   * @throws NotRelaunchableException when there is no {@code sun.java.command}
   */
  CommandLine recover() {
    String command = jvm.propertyOrEmpty("sun.java.command");
    if (command.isEmpty()) {
      throw new NotRelaunchableException(
          "it has no system property sun.java.command, as when a native program starts it");
    }
    EntryPoint entry = entry(command);
    int skip = entry.kind() == Kind.SOURCE ? command.indexOf(' ') + 1 : 0;
    String rest = command.substring(Math.min(command.length(), skip + entry.name().length()));
    List<String> options = options();
    if (entry.kind() != Kind.JAR) {
      addIfSet(options, "--class-path=", "java.class.path");
    }
    return new CommandLine(options, entry, arguments(rest));
  }

  private List<String> options() {
    List<String> options = new ArrayList<>();
    for (String option : withoutVariables(inputArguments)) {
      if (option.startsWith(SOURCE_VERSION)) {
        options.add("--source=".concat(option.substring(SOURCE_VERSION.length())));
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
      options.add(option.concat(value));
    }
  }

  private EntryPoint entry(String command) {
    if (command.startsWith(SOURCE_LAUNCHER)) {
      return new EntryPoint(Kind.SOURCE, firstWord(command.substring(command.indexOf(' ') + 1)));
    }
    if (jvm.property("jdk.module.main") != null) {
      return new EntryPoint(Kind.MODULE, firstWord(command));
    }
    String jar = jar(command);
    return jar == null
        ? new EntryPoint(Kind.CLASS, firstWord(command))
        : new EntryPoint(Kind.JAR, jar);
  }

  /** A jar, whose path may hold spaces, is the class path; agents may have been added to that. */
  private @Nullable String jar(String command) {
    String classPath = jvm.propertyOrEmpty("java.class.path");
    int colon = classPath.indexOf(':');
    String first = colon < 0 ? classPath : classPath.substring(0, colon);
    boolean run = command.equals(first) || command.startsWith(first.concat(" "));
    return run && Files.isRegularFile(Path.of(paths.one(first))) ? first : null;
  }

  /**
   * The JVM remembers the program's arguments joined by spaces; those that stand on the command
   * line after the lost file are known exactly.
   */
  private List<String> arguments(String joined) {
    List<String> known = afterLastArgFile();
    for (int from = 0; from < known.size(); from++) {
      List<String> tail = known.subList(from, known.size());
      if (joined.equals(" ".concat(String.join(" ", tail)))) {
        return List.copyOf(tail);
      }
    }
    String end = known.isEmpty() ? "" : " ".concat(String.join(" ", known));
    if (!joined.endsWith(end)) {
      return words(joined);
    }
    List<String> arguments = words(joined.substring(0, joined.length() - end.length()));
    arguments.addAll(known);
    return arguments;
  }

  private List<String> afterLastArgFile() {
    List<String> tail = jvm.tail();
    for (int at = tail.size() - 1; at >= 0; at--) {
      if (tail.get(at).startsWith("@")) {
        return tail.subList(at + 1, tail.size());
      }
    }
    return List.of();
  }

  /** The JVM puts JAVA_TOOL_OPTIONS and JDK_JAVA_OPTIONS before, _JAVA_OPTIONS after the rest. */
  private List<String> withoutVariables(List<String> input) {
    int from = startsWith(input, 0, variable(OptionVariables.TOOL));
    from = startsWith(input, from, variable(OptionVariables.LAUNCHER));
    List<String> last = variable(OptionVariables.LAST);
    int to = input.size() - last.size();
    boolean ends = to >= from && input.subList(to, input.size()).equals(last);
    return input.subList(from, ends ? to : input.size());
  }

  private List<String> variable(String name) {
    List<String> options = new ArrayList<>();
    for (String option : OptionVariables.options(name, jvm.environment().get(name), paths)) {
      if (!option.startsWith("--class-path=")) {
        options.add(option); // the JVM keeps the class path as a property
      }
    }
    return options;
  }

  private static int startsWith(List<String> input, int from, List<String> options) {
    int to = from + options.size();
    boolean starts = to <= input.size() && input.subList(from, to).equals(options);
    return starts ? to : from;
  }

  private static List<String> inputArguments() {
    try {
      return ManagementFactory.getRuntimeMXBean().getInputArguments();
    } catch (LinkageError e) {
      throw new NotRelaunchableException(
          "an argument file (@file) that it was started with is gone, and the runtime lacks the"
              + " module java.management that would tell the options",
          e);
    }
  }

  private static String firstWord(String text) {
    int space = text.indexOf(' ');
    return space < 0 ? text : text.substring(0, space);
  }

  private static List<String> words(String text) {
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
