package io.luhproc.worker;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.testing.Eventually;
import io.luhproc.worker.app.TaskApp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** {@link TaskApp}, run as a user runs it: in the foreground; killed when this is closed. */
final class AppRun implements AutoCloseable {
  private final Process process;
  private final Path out;
  private final Path err;

  private AppRun(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Returns a run, not yet started, of the app with this root. */
  static Prepared of(Path root) {
    return new Prepared(root);
  }

  /** Returns the command line of the app. */
  static List<String> command(String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElseThrow());
    command.add("-XX:TieredStopAtLevel=1");
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(TaskApp.class.getName());
    command.addAll(List.of(arguments));
    return command;
  }

  ProcessIdentity identity() {
    return ProcessTable.system().identify(process.pid()).orElseThrow();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Returns whether it ends within some milliseconds. */
  boolean endsWithin(long millis) throws InterruptedException {
    return process.waitFor(millis, TimeUnit.MILLISECONDS);
  }

  /** Types on the keyboard of the app's terminal. */
  void type(String keys) throws IOException {
    process.getOutputStream().write(keys.getBytes(StandardCharsets.US_ASCII));
    process.getOutputStream().flush();
  }

  /** Closes the stdin of the app. */
  void closeInput() throws IOException {
    process.getOutputStream().close();
  }

  String out() {
    return RealWorkers.read(out);
  }

  String err() {
    return RealWorkers.read(err);
  }

  void awaitOutput(String text) {
    Eventually.holds(() -> "it says " + text + "; " + this, () -> out().contains(text));
  }

  /** Waits until it has ended, and returns its exit code. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(RealWorkers.PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("it does not end; " + this);
    }
    return process.exitValue();
  }

  @Override
  public String toString() {
    return process + "\n--- stdout\n" + out() + "--- stderr\n" + err();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  /** What is set before the start. */
  static final class Prepared {
    private final Path root;
    private final Map<String, String> environment = new HashMap<>();

    private Prepared(Path root) {
      this.root = root;
    }

    Prepared env(String name, String value) {
      environment.put(name, value);
      return this;
    }

    AppRun start(String... arguments) throws IOException {
      return launch(command(arguments));
    }

    /** Starts the app on a terminal of its own, which script(1) makes. */
    AppRun startOnTerminal(String... arguments) throws IOException {
      StringBuilder line = new StringBuilder("exec");
      for (String word : command(arguments)) {
        line.append(" '").append(word).append('\'');
      }
      return launch(List.of("script", "-q", "-e", "-c", line.toString(), "/dev/null"));
    }

    private AppRun launch(List<String> command) throws IOException {
      Path out = Files.createTempFile(root, "app", ".out");
      Path err = Files.createTempFile(root, "app", ".err");
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
      builder.environment().put("LUHPROC_TMP_DIR", root.toString());
      builder.environment().putAll(environment);
      return new AppRun(builder.start(), out, err);
    }
  }
}
