package io.luhproc.relaunch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The result of running {@link RelaunchesItself} in a real JVM.
 *
 * @param exitStatus the exit status, which is that of the relaunched process
 * @param stdout the stdout of both processes
 * @param stderr the stderr of both processes
 */
record RelaunchRun(int exitStatus, String stdout, String stderr) {
  private static final String MAIN = RelaunchesItself.class.getName();

  /** Returns the stdout of the relaunched process. */
  String childOutput() {
    return stdout.substring(Math.max(0, stdout.indexOf("child\n")));
  }

  /** Configures and starts a run. */
  static final class Builder {
    private final Path directory;
    private final Path java;
    private final List<String> argv = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private Path workingDirectory;

    Builder(Path directory, Path jdk) {
      this.directory = directory;
      this.java = jdk.resolve("bin/java");
      this.workingDirectory = directory;
    }

    /** Adds the java launcher with options for a fast start, which the child inherits. */
    Builder java(String... arguments) {
      argv.addAll(List.of(java.toString(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
      return arguments(arguments);
    }

    Builder arguments(String... arguments) {
      argv.addAll(List.of(arguments));
      return this;
    }

    Builder fixtureMain(String... arguments) {
      argv.add(MAIN);
      return arguments(arguments);
    }

    Builder env(String name, Object value) {
      environment.put(name, value.toString());
      return this;
    }

    Builder workingDirectory(Path newDirectory) {
      workingDirectory = newDirectory;
      return this;
    }

    RelaunchRun run() throws IOException, InterruptedException {
      Path stdout = directory.resolve("stdout");
      Path stderr = directory.resolve("stderr");
      ProcessBuilder builder =
          new ProcessBuilder(argv)
              .directory(workingDirectory.toFile())
              .redirectOutput(stdout.toFile())
              .redirectError(stderr.toFile());
      cleanEnvironment(builder.environment());
      Process process = builder.start();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new AssertionError(
            argv
                + " still runs after 60 s\n"
                + Files.readString(stdout)
                + Files.readString(stderr));
      }
      return new RelaunchRun(
          process.exitValue(), Files.readString(stdout), Files.readString(stderr));
    }

    private void cleanEnvironment(Map<String, String> childEnvironment) {
      childEnvironment
          .keySet()
          .removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
      childEnvironment.remove("CLASSPATH");
      childEnvironment.put("LC_ALL", "C.UTF-8");
      childEnvironment.put("FIXTURE_DIRECTORY", directory.toString());
      childEnvironment.putAll(environment);
    }
  }

  /** Returns the class path of the fixture: the classes of core, test classes and libraries. */
  static List<String> classPath() {
    return Stream.concat(
            Stream.of(location(JvmCommand.class), location(RelaunchesItself.class)),
            libraries().stream())
        .toList();
  }

  /** Returns the jars on which core depends. */
  static List<String> libraries() {
    return Stream.of(System.getProperty("java.class.path").split(":"))
        .filter(entry -> isNeeded(Path.of(entry)))
        .toList();
  }

  /** Returns the directory or jar that contains a class. */
  static String location(Class<?> type) {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath()).toString();
  }

  private static boolean isNeeded(Path jar) {
    return jar.getFileName()
        .toString()
        .matches("(jnr-|jffi-|asm|slf4j-api|jspecify|commons-codec).*\\.jar");
  }
}
