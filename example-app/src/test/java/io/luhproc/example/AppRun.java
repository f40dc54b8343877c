package io.luhproc.example;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A real run of the app to its end.
 *
 * @param exit its exit code
 * @param out what it wrote on stdout
 * @param err what it wrote on stderr
 */
record AppRun(int exit, String out, String err) {
  private static final int FIRST_JDK_WITH_NATIVE_ACCESS = 22;

  /** Runs the app in a directory of its own for everything it leaves behind. */
  static AppRun runMain(Path home, String... arguments) throws IOException, InterruptedException {
    return runMain(home, home, arguments);
  }

  /** Runs the app in a working directory. */
  static AppRun runMain(Path home, Path workingDirectory, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(javaExecutable()));
    if (Runtime.version().feature() >= FIRST_JDK_WITH_NATIVE_ACCESS) {
      // The manifest of the app's jar allows it; here there is no jar.
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(DocSearch.class.getName());
    command.addAll(List.of(arguments));
    return run(command, home, workingDirectory);
  }

  /** Runs the app's jar. */
  static AppRun runJar(Path jar, Path home, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(javaExecutable(), "-jar", jar.toString()));
    command.addAll(List.of(arguments));
    return run(command, home, home);
  }

  private static String javaExecutable() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static AppRun run(List<String> command, Path home, Path workingDirectory)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(home, "run", ".out");
    Path err = Files.createTempFile(home, "run", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(workingDirectory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("XDG_CACHE_HOME", home.resolve("cache").toString());
    builder.environment().put("LUHPROC_TMP_DIR", home.resolve("luhproc").toString());
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.start();
    if (!process.waitFor(90, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(
          command + " still runs\n" + Files.readString(out) + Files.readString(err));
    }
    return new AppRun(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
