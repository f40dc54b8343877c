package io.luhproc.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Where the measurements run.
 *
 * @param folder a directory of this run's own
 * @param exampleJar the runnable jar of the example, where it is built
 * @param comparedCommands other programs' command lines, by name, to time beside the example's
 */
record BenchEnvironment(
    Path folder, Optional<Path> exampleJar, Map<String, List<String>> comparedCommands) {

  /** Returns a new directory. */
  Path createDirectory(String name) {
    try {
      return Files.createTempDirectory(folder, name);
    } catch (IOException e) {
      throw new IllegalStateException("cannot make a directory in " + folder, e);
    }
  }

  /** Returns the command line of one of this program's main classes, in a JVM without options. */
  static List<String> javaCommand(Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>(List.of(javaExecutable(), "-cp", classPath()));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return command;
  }

  static String javaExecutable() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** Returns the class path with absolute elements. */
  static String classPath() {
    List<String> elements = new ArrayList<>();
    for (String element : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      elements.add(Path.of(element).toAbsolutePath().toString());
    }
    return String.join(File.pathSeparator, elements);
  }
}
