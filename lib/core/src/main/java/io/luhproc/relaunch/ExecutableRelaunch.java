package io.luhproc.relaunch;

import io.luhproc.process.LaunchCommand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts the app by an executable other than {@code java}: a jpackage launcher, a native image, or
 * a command given by the app.
 *
 * @param command the executable and its first arguments
 * @param kind the kind of executable
 * @param jvm the running JVM
 */
record ExecutableRelaunch(List<String> command, Kind kind, CurrentJvm jvm)
    implements RelaunchStrategy {

  /** The kinds of executables, which differ in how they accept additional JVM options. */
  enum Kind {
    /** A jpackage launcher: reads options from its {@code .cfg}, then {@code _JAVA_OPTIONS}. */
    JPACKAGE,
    /** A native image: has no JVM options. */
    NATIVE_IMAGE,
    /** A command given by the app: accepts no options in a known way. */
    CUSTOM
  }

  @Override
  public String program() {
    return command.get(0);
  }

  @Override
  public LaunchCommand buildCommand(
      OptionChanges changes,
      List<String> arguments,
      Path directory,
      Map<String, String> environment) {
    List<String> argv = new ArrayList<>(command);
    argv.addAll(arguments);
    if (!ArgFile.fits(argv)) {
      throw new IllegalArgumentException(
          "arguments of " + program() + " must be under 128 KiB in all; pass them in a file");
    }
    PathResolver pathResolver = new PathResolver(jvm.workingDirectory());
    JvmOptionRewriter rewriter = new JvmOptionRewriter(pathResolver, directory.toString(), changes);
    Map<String, String> rewritten =
        new OptionEnvironment(rewriter, jvm.environment()).rewrite(environment);
    if (!changes.added().isEmpty()) {
      addOptions(JavaCommandLineParser.parseOptions(changes.added(), pathResolver), rewritten);
    }
    return new LaunchCommand(argv, rewritten);
  }

  private void addOptions(List<String> options, Map<String, String> environment) {
    switch (kind) {
      case JPACKAGE -> appendToEnvironment(options, environment);
      case NATIVE_IMAGE -> throw unsupportedOptions(options, "a native image, which has no JVM");
      case CUSTOM ->
          throw unsupportedOptions(options, "the app's own command; put the options into it");
    }
  }

  private IllegalArgumentException unsupportedOptions(List<String> options, String cause) {
    return new IllegalArgumentException(
        "JVM options (" + options + ") must be absent: " + program() + " is " + cause);
  }

  private static void appendToEnvironment(List<String> options, Map<String, String> environment) {
    String existing = environment.get(OptionEnvironment.JAVA_OPTIONS);
    String added = OptionTokenizer.join(options);
    environment.put(
        OptionEnvironment.JAVA_OPTIONS, existing == null ? added : existing + " " + added);
  }
}
