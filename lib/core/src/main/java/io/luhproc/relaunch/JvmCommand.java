package io.luhproc.relaunch;

import io.luhproc.process.LaunchCommand;
import io.luhproc.process.NotRelaunchableException;
import io.luhproc.relaunch.ExecutableRelaunch.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Builds commands that start this app again in a new process, a worker. Immutable and thread-safe.
 *
 * <p>The worker has the same runtime, class path or module path, and main class as this JVM. It
 * inherits all JVM options with these exceptions, because two JVMs cannot share a port or a file:
 *
 * <ul>
 *   <li>Debugger ({@code -agentlib:jdwp}, {@code -Xrunjdwp}, {@code -Xdebug}) and the agents of
 *       IDEs ({@code idea_rt.jar}, {@code debugger-agent.jar}): dropped.
 *   <li>JMX ({@code -Dcom.sun.management.*}): dropped.
 *   <li>Flight recordings ({@code -XX:StartFlightRecording}, {@code -XX:FlightRecorderOptions}):
 *       dropped.
 *   <li>Log files of the JVM ({@code -Xlog:..:FILE}, {@code -Xloggc:}, {@code -XX:LogFile}, {@code
 *       -XX:+LogVMOutput}, {@code -XX:+LogCompilation}, {@code -XX:+PerfDataSaveToFile}): dropped.
 *       {@code -Xlog} to stdout or stderr is kept.
 *   <li>Options that write a class-data or AOT archive ({@code -XX:ArchiveClassesAtExit}, {@code
 *       -XX:DumpLoadedClassList}, {@code -XX:AOTCacheOutput}, {@code -XX:AOTConfiguration}, {@code
 *       -XX:AOTMode=record|create}, {@code -XX:+AutoCreateSharedArchive} and its {@code
 *       -XX:SharedArchiveFile}): dropped. Options that read an archive are kept, except for an
 *       archive that this library has made.
 *   <li>All options before {@code -Dluhproc.launcher=NAME}, with which a launcher script makes
 *       short commands faster: dropped.
 *   <li>{@code -XX:HeapDumpPath} and {@code -XX:ErrorFile}: the file goes to the worker's
 *       directory.
 *   <li>Relative paths, also of agents: made absolute.
 * </ul>
 *
 * <p>The same applies to {@code JAVA_TOOL_OPTIONS}, {@code JDK_JAVA_OPTIONS} and {@code
 * _JAVA_OPTIONS}, unless the caller sets them to another value for the worker. A file of options
 * ({@code -XX:VMOptionsFile}, {@code -XX:Flags}) is replaced by its content if it contains such an
 * option. System properties set by the running program are not inherited.
 *
 * <p>Other agents are kept, because a worker may need their instrumentation. An agent that listens
 * on a port, such as an exporter of metrics, must be removed by {@link #withoutOptions}.
 *
 * <p>Added if missing are {@code -Djffi.unsafe.disabled=true} and, since JDK 22, {@code
 * --enable-native-access}, so that native code loads without a warning. Additional options of the
 * caller come last, are passed unchanged and so take precedence.
 *
 * <p>The options are read from {@code /proc/self/cmdline}, because {@code ProcessHandle} omits
 * arguments of a command line over 4096 bytes. If the file does not exist, or names an argument
 * file that was deleted, the command line is reconstructed from what the JVM reports about itself.
 *
 * <p>A jpackage image is started by its launcher, which reads JVM options from its {@code .cfg}.
 * Additional options are passed in {@code _JAVA_OPTIONS}, which overrides the {@code .cfg}; the JVM
 * prints a note about it to stderr. A native image has no JVM options.
 */
public final class JvmCommand {
  private final RelaunchStrategy strategy;
  private final List<String> programArguments;
  private final OptionChanges changes;

  private JvmCommand(RelaunchStrategy strategy, List<String> programArguments) {
    this(strategy, List.copyOf(programArguments), OptionChanges.NONE);
  }

  private JvmCommand(
      RelaunchStrategy strategy, List<String> programArguments, OptionChanges changes) {
    this.strategy = strategy;
    this.programArguments = programArguments;
    this.changes = changes;
  }

  /**
   * Returns the command that repeats the command line of this JVM.
   *
   * @throws NotRelaunchableException if the command line does not start the app, but a build tool,
   *     an IDE, a test runner, an app server or a native program
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
      throw new NotRelaunchableException("it does not name a program to run: " + jvm.commandLine());
    }
    JavaRelaunch strategy = JavaRelaunch.of(jvm, withClassPath(jvm, line, target), target);
    KnownHostLaunchers.rejectHost(target, strategy.program());
    return new JvmCommand(strategy, line.arguments());
  }

  /**
   * Returns a command that starts a main class with the runtime, options, class path and module
   * path of this JVM. If only another class loader contains the class, as in {@code mvn exec:java}
   * or an app server, the class path is that of this class loader.
   *
   * @param mainClass a class such as {@code com.example.App}, or a module and a class such as
   *     {@code com.example/com.example.App}
   * @throws NotRelaunchableException if this is a jpackage or native image, which has no {@code
   *     java}
   */
  public static JvmCommand ofMainClass(String mainClass) {
    return ofMainClass(CurrentJvm.read(), mainClass);
  }

  static JvmCommand ofMainClass(CurrentJvm jvm, String mainClass) {
    RelaunchStrategy image = imageStrategy(jvm);
    if (image != null) {
      throw new NotRelaunchableException(
          "the image " + image.program() + " has no java launcher to start a main class");
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
    String classPath = AppClassPath.find(mainClass.substring(mainClass.indexOf('/') + 1));
    if (classPath == null) {
      addClassPath(jvm, options);
    } else {
      options.add("--class-path=" + classPath);
    }
    return new JvmCommand(JavaRelaunch.of(jvm, options, target), line.arguments());
  }

  /**
   * Returns a command given by the app, which is used unchanged. Program arguments are appended.
   *
   * @throws IllegalArgumentException if the command is empty
   */
  public static JvmCommand ofCommand(List<String> command) {
    return ofCommand(CurrentJvm.read(), command);
  }

  static JvmCommand ofCommand(CurrentJvm jvm, List<String> command) {
    if (command.isEmpty()) {
      throw new IllegalArgumentException("command (" + command + ") must not be empty");
    }
    return new JvmCommand(
        new ExecutableRelaunch(List.copyOf(command), Kind.CUSTOM, jvm), List.of());
  }

  /**
   * Returns this command without some options of this JVM, also those in the environment and in
   * files of options.
   *
   * @param prefixes how the options begin, such as {@code -javaagent:}; paths may be relative, as
   *     given to this JVM, or absolute
   */
  public JvmCommand withoutOptions(List<String> prefixes) {
    return prefixes.isEmpty()
        ? this
        : new JvmCommand(strategy, programArguments, changes.withRemoved(prefixes));
  }

  /**
   * Returns the name of the program: the main class (for a jar, that of its manifest), the source
   * file, the executable of an image, or the first element of a given command.
   */
  public String program() {
    return strategy.program();
  }

  /** Returns the jar or source file of the program if it does not exist any more. */
  public Optional<String> missingFile() {
    return strategy.missingFile();
  }

  /** Returns whether the command is that of {@code java}, and not of another executable. */
  public boolean isJava() {
    return strategy instanceof JavaRelaunch;
  }

  /** Returns the program arguments of this JVM; approximate if they were in a deleted file. */
  public List<String> programArguments() {
    return programArguments;
  }

  /**
   * Returns the command line and the environment of a new process. Writes the argument file {@code
   * java.args} (mode 0600) to its directory if the command line is over 128 KiB.
   *
   * @param jvmOptions additional JVM options, which follow those of this JVM; may be empty
   * @param arguments the program arguments; may be empty
   * @param directory the absolute path of the process directory, for the argument file, heap dumps
   *     and error files
   * @param environment the desired environment. Options that two JVMs cannot share are removed from
   *     {@code JAVA_TOOL_OPTIONS}, {@code JDK_JAVA_OPTIONS} and {@code _JAVA_OPTIONS} if the value
   *     is that of this JVM; any other value is kept
   * @throws IllegalArgumentException if {@code jvmOptions} names a program, or if the program does
   *     not accept JVM options
   * @throws java.io.UncheckedIOException if the argument file cannot be written
   */
  public LaunchCommand buildCommand(
      List<String> jvmOptions,
      List<String> arguments,
      Path directory,
      Map<String, String> environment) {
    return strategy.buildCommand(changes.withAdded(jvmOptions), arguments, directory, environment);
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
      // An argument file may have been overwritten for another program since the start.
      boolean isSameProgram =
          !parser.hasReadArgFile() || (target != null && isRunningTarget(jvm, target));
      return jvm.commandLine().isEmpty() || !isSameProgram ? reconstruct(jvm) : line;
    } catch (IOException | IllegalArgumentException expected) {
      // Typically a deleted argument file; the JVM still knows its content.
      return reconstruct(jvm);
    }
  }

  private static boolean isRunningTarget(CurrentJvm jvm, LaunchTarget target) {
    return jvm.propertyOrEmpty("sun.java.command").contains(target.name());
  }

  private static JavaCommandLine reconstruct(CurrentJvm jvm) {
    return MxBeanCommandLine.ofRunningJvm(jvm).reconstruct();
  }

  /**
   * Adds the effective class path if no option sets it: from CLASSPATH, or the working directory.
   */
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
      options.add("--class-path=" + classPath);
    }
  }
}
