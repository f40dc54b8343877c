package io.luhproc.example;

import io.luhproc.worker.ProcessManager;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;

/**
 * Result of a completed run of the app.
 *
 * @param exit exit code
 * @param out output on stdout
 * @param err output on stderr
 */
record AppRun(int exit, String out, String err) {
  private static final int FIRST_JDK_WITH_NATIVE_ACCESS = 22;

  /** Runs the app in a new JVM; {@code home} contains its index and its worker directories. */
  static AppRun runMain(Path home, String... arguments) throws IOException, InterruptedException {
    return runMain(home, home, arguments);
  }

  /** Runs the app in a new JVM and in a working directory. */
  static AppRun runMain(Path home, Path workingDirectory, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(javaExecutable()));
    if (Runtime.version().feature() >= FIRST_JDK_WITH_NATIVE_ACCESS) {
      // The manifest of the jar has this option; the test runs without the jar.
      command.add("--enable-native-access=ALL-UNNAMED");
    }
    command.addAll(List.of("-Xshare:auto", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.add(DocSearch.class.getName());
    command.addAll(List.of(arguments));
    return run(command, home, workingDirectory, Map.of());
  }

  /** Runs the jar of the app in a new JVM. */
  static AppRun runJar(Path jar, Path home, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(javaExecutable(), "-jar", jar.toString()));
    command.addAll(List.of(arguments));
    return run(command, home, home, Map.of());
  }

  /** Runs the launcher script beside the jar, with class archives. */
  static AppRun runLauncher(Path launcher, Path home, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(launcher.toString()));
    command.addAll(List.of(arguments));
    return run(
        command,
        home,
        home,
        Map.of("JAVA_HOME", System.getProperty("java.home"), "LUHPROC_CLASS_ARCHIVE", ""));
  }

  /**
   * Runs a command in this JVM, with the same index and worker directories as {@link #runMain}. It
   * must not launch a worker, which would not inherit the cache home.
   */
  static AppRun runHere(Path home, String... arguments) {
    ProcessManager manager =
        ProcessManager.builder()
            .app("docsearch")
            .root(workerRoot(home))
            .task(DocSearch.TASK, IndexerTask::run)
            .build();
    IndexRoot root =
        IndexRoot.fromEnvironment(Map.of("XDG_CACHE_HOME", cacheHome(home).toString()), home);
    CommandLine commandLine = DocSearch.commandLine(manager, root, arguments[0]);
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err));
    commandLine.setColorScheme(Help.defaultColorScheme(Ansi.OFF));
    int exit = commandLine.execute(arguments);
    return new AppRun(exit, out.toString(), err.toString());
  }

  /** Returns the root of the worker directories. */
  static Path workerRoot(Path home) {
    return home.resolve("luhproc");
  }

  private static Path cacheHome(Path home) {
    return home.resolve("cache");
  }

  private static String javaExecutable() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  private static AppRun run(
      List<String> command, Path home, Path workingDirectory, Map<String, String> variables)
      throws IOException, InterruptedException {
    Path out = Files.createTempFile(home, "run", ".out");
    Path err = Files.createTempFile(home, "run", ".err");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(workingDirectory.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().put("XDG_CACHE_HOME", cacheHome(home).toString());
    builder.environment().put("LUHPROC_TMP_DIR", workerRoot(home).toString());
    builder.environment().put("LC_ALL", "C.UTF-8");
    builder.environment().putAll(variables);
    Process process = builder.start();
    if (!process.waitFor(90, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError(
          command + " is still running\n" + Files.readString(out) + Files.readString(err));
    }
    return new AppRun(process.exitValue(), Files.readString(out), Files.readString(err));
  }
}
