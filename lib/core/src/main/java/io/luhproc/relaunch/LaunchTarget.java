package io.luhproc.relaunch;

import java.io.IOException;
import java.util.List;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/**
 * What a JVM runs.
 *
 * @param kind which of the launcher's ways of naming it
 * @param name a class, a jar's path, {@code module[/class]}, or a source file's path
 */
record LaunchTarget(Kind kind, String name) {

  /** The ways in which {@code java} is told what to run. */
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

  /** Returns the arguments of {@code java} that name it, paths made absolute. */
  List<String> launcherArguments(PathResolver pathResolver) {
    String argument = isFile() ? pathResolver.resolve(name) : name;
    return kind.option.isEmpty() ? List.of(argument) : List.of(kind.option, argument);
  }

  /** Returns the app's main class, or the file where there is none to be known. */
  String program(PathResolver pathResolver) {
    if (kind == Kind.JAR) {
      return mainClassOf(pathResolver.resolve(name));
    }
    return isFile() ? pathResolver.resolve(name) : name.substring(name.indexOf('/') + 1);
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
      // Replaced or removed while it runs: its path names the program well enough.
      return jar;
    }
  }
}
