package io.luhproc.cli;

import io.luhproc.worker.ProcessManager;
import io.luhproc.worker.WorkerInfo;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi;

/** Gives each test a {@link TinyApp} with its own root, and checks that the root is empty after. */
final class TinyAppExtension implements BeforeEachCallback, AfterEachCallback {
  private Path root = Path.of("");

  /** Output and exit code of a command. */
  record Result(int code, String out, String err) {}

  @Override
  public void beforeEach(ExtensionContext context) throws IOException {
    root = Files.createTempDirectory("luhproc-cli");
  }

  @Override
  public void afterEach(ExtensionContext context) throws IOException {
    ProcessManager manager = manager();
    List<String> tasks = manager.tasks();
    tasks.forEach(manager::stopAll);
    try (Stream<Path> remaining = Files.list(root)) {
      Assertions.assertThat(remaining).as("directories left by the test").isEmpty();
    } finally {
      deleteRoot();
    }
  }

  private void deleteRoot() throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  Path root() {
    return root;
  }

  ProcessManager manager() {
    return TinyApp.manager(root);
  }

  /** Returns a worker, which must exist. */
  WorkerInfo info(String task, String id) {
    return manager().info(task, id).orElseThrow();
  }

  /** Runs a command in this JVM. */
  Result run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine commandLine = TinyApp.commandLine(manager());
    commandLine.setOut(new PrintWriter(out));
    commandLine.setErr(new PrintWriter(err));
    commandLine.setColorScheme(Help.defaultColorScheme(Ansi.OFF));
    int code = commandLine.execute(arguments);
    return new Result(code, out.toString(), err.toString());
  }

  /** Returns a shell with the command {@code tiny}, which runs the app in a new JVM. */
  ProcessBuilder shell(String script) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    String tiny =
        "tiny() { '"
            + java
            + "' $TINY_OPTIONS -cp \"$TINY_CLASS_PATH\" "
            + TinyApp.class.getName()
            + " \"$@\"; }\n";
    ProcessBuilder shell = new ProcessBuilder("bash", "-c", tiny + script);
    shell.environment().put("LUHPROC_TMP_DIR", root.toString());
    shell.environment().put("TINY_CLASS_PATH", System.getProperty("java.class.path"));
    return shell;
  }

  /**
   * Returns the option of kill(1) that sends INT. A shell starts background jobs with SIGINT
   * ignored, and a JVM keeps that, see signal(7). If the build is such a job, it is TERM, which is
   * handled in the same way.
   */
  static String interruptOption() throws IOException {
    String ignored =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .findFirst()
            .orElse("SigIgn:\t0");
    boolean ignoresInt = (Long.parseLong(ignored.substring(8).strip(), 16) & 2) != 0;
    return ignoresInt ? "-TERM" : "-INT";
  }

  /** Runs a script and waits for its end. */
  Result runShell(String script) throws InterruptedException {
    try {
      Path err = Files.createTempFile("luhproc-cli", ".err");
      Process process = shell(script).redirectError(err.toFile()).start();
      String out =
          new String(
              process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
      int code = process.waitFor();
      String errorOutput = Files.readString(err);
      Files.delete(err);
      return new Result(code, out, errorOutput);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
