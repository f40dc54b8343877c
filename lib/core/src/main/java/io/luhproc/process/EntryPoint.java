package io.luhproc.process;

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
record EntryPoint(Kind kind, String name) {

  /** The ways in which {@code java} is told what to run. */
  enum Kind {
    CLASS,
    JAR,
    MODULE,
    SOURCE
  }

  /** Returns the arguments of {@code java} that name it, paths made absolute. */
  List<String> arguments(AbsolutePaths paths) {
    return switch (kind) {
      case CLASS -> List.of(name);
      case JAR -> List.of("-jar", paths.one(name));
      case MODULE -> List.of("--module", name);
      case SOURCE -> List.of(paths.one(name));
    };
  }

  /** Returns the app's main class, or the file where there is none to be known. */
  String program(AbsolutePaths paths) {
    return switch (kind) {
      case CLASS -> name;
      case JAR -> mainClassOf(paths.one(name));
      case MODULE -> name.substring(name.indexOf('/') + 1);
      case SOURCE -> paths.one(name);
    };
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
