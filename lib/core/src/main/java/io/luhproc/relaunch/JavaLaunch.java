package io.luhproc.relaunch;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The JVM options and the program of a command line of {@code java}, parsed.
 *
 * @param java the path of {@code java}
 * @param options the JVM options of the command line, one element each, in long form such as {@code
 *     --class-path=x}
 * @param environmentOptions the JVM options of the environment
 * @param program the arguments that name where the program is, without its main class: none, {@code
 *     -cp} and a jar, or {@code -m} and a module
 */
public record JavaLaunch(
    String java, List<String> options, List<String> environmentOptions, List<String> program) {
  private static final String CLASS_PATH = "--class-path=";
  private static final String MODULE_PATH = "--module-path=";

  /** Copies the lists. */
  public JavaLaunch {
    options = List.copyOf(options);
    environmentOptions = List.copyOf(environmentOptions);
    program = List.copyOf(program);
  }

  /**
   * Parses a command line; empty if it does not run classes, or names an argument file that cannot
   * be read.
   *
   * @param argv a command line of {@code java}
   * @param environment its environment
   */
  public static Optional<JavaLaunch> parse(List<String> argv, Map<String, String> environment) {
    PathResolver pathResolver = new PathResolver(System.getProperty("user.dir", "/"));
    try {
      JavaCommandLine line =
          new JavaCommandLineParser(pathResolver).parse(argv.subList(1, argv.size()));
      LaunchTarget target = line.target();
      if (target == null || target.kind() == LaunchTarget.Kind.SOURCE) {
        return Optional.empty();
      }
      List<String> environmentOptions = new ArrayList<>();
      for (String name : OptionEnvironment.NAMES) {
        environmentOptions.addAll(
            OptionEnvironment.parse(name, environment.get(name), pathResolver));
      }
      List<String> program = new ArrayList<>();
      if (target.kind() != LaunchTarget.Kind.CLASS) {
        program.add(target.kind() == LaunchTarget.Kind.JAR ? "-cp" : "-m");
        program.add(target.name());
      }
      return Optional.of(new JavaLaunch(argv.get(0), line.options(), environmentOptions, program));
    } catch (IOException | IllegalArgumentException expected) {
      return Optional.empty();
    }
  }

  /** Returns the launch of this JVM; empty if it was not started by {@code java}. */
  public static Optional<JavaLaunch> ofCurrentJvm() {
    CurrentJvm jvm = CurrentJvm.read();
    return jvm.commandLine().isEmpty() || !jvm.isStartedByJavaLauncher()
        ? Optional.empty()
        : parse(withExecutable(jvm), jvm.environment());
  }

  private static List<String> withExecutable(CurrentJvm jvm) {
    List<String> argv = new ArrayList<>(jvm.commandLine());
    argv.set(0, jvm.executable());
    return argv;
  }

  /** Returns all JVM options: those of the environment, then those of the command line. */
  public List<String> allOptions() {
    List<String> all = new ArrayList<>(environmentOptions);
    all.addAll(options);
    return all;
  }

  /** Returns the entries of the class path. */
  public List<String> classPath() {
    if (!program.isEmpty() && program.get(0).equals("-cp")) {
      return List.of(program.get(1));
    }
    return lastPath(CLASS_PATH);
  }

  /** Returns the entries of the module path. */
  public List<String> modulePath() {
    return lastPath(MODULE_PATH);
  }

  private List<String> lastPath(String option) {
    for (int i = options.size() - 1; i >= 0; i--) {
      if (options.get(i).startsWith(option)) {
        return List.of(options.get(i).substring(option.length()).split(File.pathSeparator, -1));
      }
    }
    return List.of();
  }
}
