package io.luhproc.relaunch;

import io.luhproc.process.LaunchCommand;
import io.luhproc.process.NotRelaunchableException;
import io.luhproc.relaunch.ExecutableRelaunch.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How to start this very app again: with the same runtime, JVM options, class path or module path
 * and main class, relative paths made absolute, and without what two processes cannot share (a
 * debugger's port, a recording's file). Immutable, and safe to share between threads.
 *
 * <p>The truth is the command line that the kernel keeps, {@code /proc/self/cmdline}: {@code
 * ProcessHandle} shows none of it once it is longer than 4096 bytes. Where it is not to be had, or
 * names an argument file that is gone, the JVM's own memory stands in.
 *
 * <p>An app image made by jpackage is started by its launcher, which takes JVM options from its
 * {@code .cfg} only: additional ones travel in {@code _JAVA_OPTIONS}, the variable that wins over
 * the {@code .cfg}, and the JVM says so on stderr. A native image has no JVM options.
 */
public final class JvmCommand {
  private final RelaunchStrategy strategy;
  private final List<String> programArguments;

  private JvmCommand(RelaunchStrategy strategy, List<String> programArguments) {
    this.strategy = strategy;
    this.programArguments = List.copyOf(programArguments);
  }

  /**
   * Returns how this JVM was started.
   *
   * @throws NotRelaunchableException when that was not by the app's own command line, but by a
   *     build tool, an IDE, a test runner, an app server, or a native program
   */
  public static JvmCommand current() {
    return current(CurrentJvm.read());
  }

  static JvmCommand current(CurrentJvm jvm) {
    RelaunchStrategy image = imageStrategy(jvm);
    if (image != null) {
      return new JvmCommand(image, jvm.arguments());
    }
    if (!jvm.isStartedByJavaLauncher()) {
      throw new NotRelaunchableException("it was started by " + jvm.executable());
    }
    JavaCommandLine line = readCommandLine(jvm);
    LaunchTarget target = line.target();
    if (target == null) {
      throw new NotRelaunchableException("it names no program: " + jvm.commandLine());
    }
    KnownHostLaunchers.rejectHost(target);
    return new JvmCommand(
        new JavaRelaunch(jvm, withClassPath(jvm, line, target), target), line.arguments());
  }

  /**
   * Returns how to start a main class with this JVM's runtime, options, class path and module path.
   *
   * @param mainClass {@code com.example.App}, or {@code com.example/com.example.App} on the module
   *     path
   * @throws NotRelaunchableException when there is no {@code java} to start it with
   */
  public static JvmCommand ofMainClass(String mainClass) {
    return ofMainClass(CurrentJvm.read(), mainClass);
  }

  static JvmCommand ofMainClass(CurrentJvm jvm, String mainClass) {
    RelaunchStrategy image = imageStrategy(jvm);
    if (image != null) {
      throw new NotRelaunchableException(
          "the image " + image.program() + " comes without java, so no main class can be chosen");
    }
    boolean isModule = mainClass.indexOf('/') > 0;
    LaunchTarget target =
        new LaunchTarget(isModule ? LaunchTarget.Kind.MODULE : LaunchTarget.Kind.CLASS, mainClass);
    List<String> options = new ArrayList<>();
    JavaCommandLine line = jvm.isStartedByJavaLauncher() ? readCommandLine(jvm) : reconstruct(jvm);
    for (String option : line.options()) {
      if (!option.startsWith("--class-path=") && !option.startsWith("--source=")) {
        options.add(option);
      }
    }
    addClassPath(jvm, options);
    return new JvmCommand(new JavaRelaunch(jvm, options, target), line.arguments());
  }

  /**
   * Returns a command that starts the app, to be used as it is; the program's arguments follow it.
   *
   * @throws IllegalArgumentException when the command is empty
   */
  public static JvmCommand ofCommand(List<String> command) {
    return ofCommand(CurrentJvm.read(), command);
  }

  static JvmCommand ofCommand(CurrentJvm jvm, List<String> command) {
    if (command.isEmpty()) {
      throw new IllegalArgumentException("command (" + command + ") must have an element");
    }
    return new JvmCommand(
        new ExecutableRelaunch(List.copyOf(command), Kind.CUSTOM, jvm), List.of());
  }

  /**
   * Returns what names the app: its main class (for a jar, the one of its manifest), else the
   * source file, the executable of an image, or the first word of a given command. Reads the jar.
   */
  public String program() {
    return strategy.program();
  }

  /** Returns the arguments that the program was given, as far as they can be known. */
  public List<String> programArguments() {
    return programArguments;
  }

  /**
   * Returns the command line and the environment of a new process of the app. Writes the argument
   * file {@code java.args} (mode 0600) when the command line is too long for the kernel.
   *
   * @param jvmOptions options that come after those of this JVM and so win; may be empty
   * @param arguments the arguments of the program; may be empty
   * @param directory the absolute directory of the new process: for the argument file, and where a
   *     heap dump or an error file goes if this JVM has such an option
   * @param environment the environment it is meant to have. In {@code JAVA_TOOL_OPTIONS}, {@code
   *     JDK_JAVA_OPTIONS} and {@code _JAVA_OPTIONS} only what this JVM itself was started with
   *     loses the options that two JVMs cannot share; another value was chosen for the new process
   * @throws IllegalArgumentException when the JVM options are not options only, or cannot be passed
   * @throws java.io.UncheckedIOException when the argument file cannot be written
   */
  public LaunchCommand buildCommand(
      List<String> jvmOptions,
      List<String> arguments,
      Path directory,
      Map<String, String> environment) {
    return strategy.buildCommand(jvmOptions, arguments, directory, environment);
  }

  private static @Nullable RelaunchStrategy imageStrategy(CurrentJvm jvm) {
    if (jvm.isNativeImage()) {
      return new ExecutableRelaunch(List.of(jvm.executable()), Kind.NATIVE_IMAGE, jvm);
    }
    String launcher = jvm.jpackageLauncher();
    return launcher == null ? null : new ExecutableRelaunch(List.of(launcher), Kind.JPACKAGE, jvm);
  }

  private static JavaCommandLine readCommandLine(CurrentJvm jvm) {
    JavaCommandLineParser parser =
        new JavaCommandLineParser(new PathResolver(jvm.workingDirectory()));
    try {
      JavaCommandLine line = parser.parse(jvm.arguments());
      LaunchTarget target = line.target();
      // An argument file may have been written anew since: then it is another program's.
      boolean isSameProgram =
          !parser.hasReadArgFile() || (target != null && isRunningTarget(jvm, target));
      return jvm.commandLine().isEmpty() || !isSameProgram ? reconstruct(jvm) : line;
    } catch (IOException | IllegalArgumentException expected) {
      // Mostly an argument file that is gone; the JVM itself remembers what it held.
      return reconstruct(jvm);
    }
  }

  private static boolean isRunningTarget(CurrentJvm jvm, LaunchTarget target) {
    return jvm.propertyOrEmpty("sun.java.command").contains(target.name());
  }

  private static JavaCommandLine reconstruct(CurrentJvm jvm) {
    return MxBeanCommandLine.ofRunningJvm(jvm).reconstruct();
  }

  /** A class path that no option names comes from CLASSPATH or is the working directory. */
  private static List<String> withClassPath(
      CurrentJvm jvm, JavaCommandLine line, LaunchTarget target) {
    List<String> options = new ArrayList<>(line.options());
    if (target.kind() != LaunchTarget.Kind.JAR && !line.hasOption("--class-path=")) {
      addClassPath(jvm, options);
    }
    return options;
  }

  private static void addClassPath(CurrentJvm jvm, List<String> options) {
    String classPath = jvm.propertyOrEmpty("java.class.path");
    if (!classPath.isEmpty()) {
      options.add("--class-path=".concat(classPath));
    }
  }
}
