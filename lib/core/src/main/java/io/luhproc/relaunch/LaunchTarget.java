package io.luhproc.relaunch;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * The program that a JVM runs.
 *
 * @param kind how the command line names it
 * @param name a class, the path of a jar, {@code module[/class]}, or the path of a source file
 */
record LaunchTarget(Kind kind, String name) {

  /** The ways to name a program on the command line of {@code java}. */
  enum Kind {
    CLASS(""),
    JAR("-jar"),
    MODULE("--module"),
    SOURCE("");

    private final String option;

    Kind(String option) {
      this.option = option;
    }
  }

  /** Returns the arguments of {@code java} that name the program, with an absolute path. */
  List<String> launcherArguments(PathResolver pathResolver) {
    String argument = isFile() ? pathResolver.resolve(name) : name;
    return kind.option.isEmpty() ? List.of(argument) : List.of(kind.option, argument);
  }

  /** Returns the main class, or the path of the file if the main class is unknown. */
  String program(PathResolver pathResolver) {
    if (kind == Kind.JAR) {
      return mainClassOf(pathResolver.resolve(name));
    }
    return isFile() ? pathResolver.resolve(name) : name.substring(name.indexOf('/') + 1);
  }

  /** Returns the absolute path of the jar or source file; empty for a class or a module. */
  Optional<String> file(PathResolver pathResolver) {
    return isFile() ? Optional.of(pathResolver.resolve(name)) : Optional.empty();
  }

  private boolean isFile() {
    return kind == Kind.JAR || kind == Kind.SOURCE;
  }

  private static String mainClassOf(String jar) {
    try (JarFile file = new JarFile(jar)) {
      Manifest manifest = file.getManifest();
      String main = manifest == null ? null : manifest.getMainAttributes().getValue("Main-Class");
      return main == null ? jar : main;
    } catch (IOException expected) {
      // The jar was replaced or removed since the start; its path still identifies the program.
      return jar;
    }
  }
}
