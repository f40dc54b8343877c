package io.luhproc.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Parameters of a run.
 *
 * @param folder a temporary directory of this run
 * @param exampleJar the runnable jar of the example; empty if it is not built
 * @param launcher the launcher script of the program, beside its jar; empty if it is not built
 * @param comparedCommands command lines by name, timed together with that of the example
 */
record BenchEnvironment(
    Path folder,
    Optional<Path> exampleJar,
    Optional<Path> launcher,
    Map<String, List<String>> comparedCommands) {
  /** The compiler and the collector of the JVM of {@code luhproc up}, as in its launcher. */
  static final List<String> LAUNCHER_OPTIONS =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  /** Creates a directory in the folder of this run. */
  Path createDirectory(String name) {
    try {
      return Files.createTempDirectory(folder, name);
    } catch (IOException e) {
      throw new IllegalStateException("cannot create a directory in " + folder, e);
    }
  }

  /** Returns a program of {@code PATH}; empty if it is not installed. */
  static Optional<String> findProgram(String name) {
    return Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  static void deleteRecursively(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Returns the command line of a main class of this program, in a JVM without options. */
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
