package io.luhproc.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Starts the app by an executable that brings its own options: the launcher that jpackage made, a
 * native image, or a command that the app gave.
 *
 * @param command the executable and its first arguments
 * @param kind what it is
 * @param jvm the running one
 */
record ExecutableInvocation(List<String> command, Kind kind, RunningJvm jvm) implements Invocation {

  /** The executables, which differ in how they can be given more JVM options. */
  enum Kind {
    /**
     * Made by jpackage: takes options from its {@code .cfg}; after these come {@code
     * _JAVA_OPTIONS}.
     */
    PACKAGED,
    /** Compiled ahead of time: there is no JVM. */
    NATIVE_IMAGE,
    /** Given by the app: nothing is known of it. */
    GIVEN
  }

  @Override
  public String program() {
    return command.get(0);
  }

  @Override
  public Relaunch relaunch(
      List<String> jvmOptions,
      List<String> arguments,
      Path directory,
      Map<String, String> environment) {
    List<String> argv = new ArrayList<>(command);
    argv.addAll(arguments);
    if (!ArgFile.fits(argv)) {
      throw new IllegalArgumentException(
          "the arguments of " + program() + " must be under 128 KiB in all; pass them in a file");
    }
    AbsolutePaths paths = new AbsolutePaths(jvm.workingDirectory());
    OptionRules rules = new OptionRules(paths, directory.toString());
    Map<String, String> cleaned = new OptionVariables(rules, jvm.environment()).clean(environment);
    if (!jvmOptions.isEmpty()) {
      addOptions(JvmOptions.check(jvmOptions, paths), cleaned);
    }
    return new Relaunch(argv, cleaned);
  }

  private void addOptions(List<String> options, Map<String, String> environment) {
    switch (kind) {
      case PACKAGED -> append(options, environment);
      case NATIVE_IMAGE -> throw refused(options, "a native image, which has no JVM");
      case GIVEN -> throw refused(options, "the app's own command; put the options into it");
    }
  }

  private IllegalArgumentException refused(List<String> options, String why) {
    return new IllegalArgumentException(
        "JVM options (" + options + ") must be absent: " + program() + " is " + why);
  }

  private static void append(List<String> options, Map<String, String> environment) {
    String own = environment.get(OptionVariables.LAST);
    String more = OptionText.join(options);
    environment.put(OptionVariables.LAST, own == null ? more : own.concat(" ").concat(more));
  }
}
