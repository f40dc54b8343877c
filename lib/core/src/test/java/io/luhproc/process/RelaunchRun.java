package io.luhproc.process;

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
 * A real run of {@link RelaunchesItself} to its end.
 *
 * @param exit the exit status, which is the one of the relaunched process
 * @param out what both wrote on stdout
 * @param err what both wrote on stderr
 */
record RelaunchRun(int exit, String out, String err) {
  private static final String MAIN = RelaunchesItself.class.getName();

  /** Returns what the relaunched process told. */
  String child() {
    return out.substring(Math.max(0, out.indexOf("child\n")));
  }

  /** A run that is being prepared. */
  static final class Builder {
    private final Path directory;
    private final Path java;
    private final List<String> argv = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private Path cwd;

    Builder(Path directory, Path jdk) {
      this.directory = directory;
      this.java = jdk.resolve("bin/java");
      this.cwd = directory;
    }

    Builder java(String... arguments) {
      argv.add(java.toString());
      return words(arguments);
    }

    Builder words(String... words) {
      argv.addAll(List.of(words));
      return this;
    }

    Builder fixture(String... arguments) {
      argv.add(MAIN);
      return words(arguments);
    }

    Builder env(String name, Object value) {
      environment.put(name, value.toString());
      return this;
    }

    Builder in(Path workingDirectory) {
      cwd = workingDirectory;
      return this;
    }

    RelaunchRun run() throws IOException, InterruptedException {
      Path out = directory.resolve("stdout");
      Path err = directory.resolve("stderr");
      ProcessBuilder builder =
          new ProcessBuilder(argv)
              .directory(cwd.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      cleanEnvironment(builder.environment());
      Process process = builder.start();
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        throw new AssertionError(
            argv + " still runs\n" + Files.readString(out) + Files.readString(err));
      }
      return new RelaunchRun(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private void cleanEnvironment(Map<String, String> own) {
      own.keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"));
      own.remove("CLASSPATH");
      own.put("LC_ALL", "C.UTF-8");
      own.put("FIXTURE_DIRECTORY", directory.toString());
      own.putAll(environment);
    }
  }

  /** Returns the class path that the fixture needs: our classes, its own, and our dependencies. */
  static List<String> classPath() {
    return Stream.concat(
            Stream.of(location(JvmCommand.class), location(RelaunchesItself.class)),
            libraries().stream())
        .toList();
  }

  /** Returns the jars that we depend on. */
  static List<String> libraries() {
    return Stream.of(System.getProperty("java.class.path").split(":"))
        .filter(entry -> isNeeded(Path.of(entry)))
        .toList();
  }

  /** Returns the directory or jar from which a class was loaded. */
  static String location(Class<?> type) {
    return Path.of(type.getProtectionDomain().getCodeSource().getLocation().getPath()).toString();
  }

  private static boolean isNeeded(Path jar) {
    return jar.getFileName()
        .toString()
        .matches("(jnr-|jffi-|asm|slf4j-api|jspecify|commons-codec).*\\.jar");
  }
}
