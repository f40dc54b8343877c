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

/** A process of {@link TaskApp} that is killed when this is closed. */
final class TaskAppProcess implements AutoCloseable {
  /** A command prefix that resets signals which the build was started to ignore. */
  static final List<String> DEFAULT_SIGNALS = List.of("env", "--default-signal=HUP,INT,TERM");

  private final Process process;
  private final Path out;
  private final Path err;

  private TaskAppProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Returns a builder of a process with this root. */
  static Builder builder(Path root) {
    return new Builder(root);
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

  /** Returns whether the process exits within some milliseconds. */
  boolean exitsWithin(long millis) throws InterruptedException {
    return process.waitFor(millis, TimeUnit.MILLISECONDS);
  }

  /** Writes to the terminal of the app. */
  void sendKeys(String keys) throws IOException {
    process.getOutputStream().write(keys.getBytes(StandardCharsets.US_ASCII));
    process.getOutputStream().flush();
  }

  /** Closes the stdin of the app. */
  void closeInput() throws IOException {
    process.getOutputStream().close();
  }

  String out() {
    return WorkerFixture.read(out);
  }

  String err() {
    return WorkerFixture.read(err);
  }

  void awaitOutput(String text) {
    Eventually.holds(() -> "output contains " + text + "; " + this, () -> out().contains(text));
  }

  /** Waits until the process has exited, and returns its exit code. */
  int exitCode() throws InterruptedException {
    if (!process.waitFor(WorkerFixture.TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
      throw new AssertionError("the process does not exit; " + this);
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

  /** A builder of processes. */
  static final class Builder {
    private final Path root;
    private final Map<String, String> environment = new HashMap<>();
    // The build may run with these signals ignored, as under nohup(1).
    private List<String> wrapper = DEFAULT_SIGNALS;

    private Builder(Path root) {
      this.root = root;
    }

    Builder env(String name, String value) {
      environment.put(name, value);
      return this;
    }

    /** Runs the process by another command, which must execute it without a fork. */
    Builder wrappedBy(String... command) {
      wrapper = List.of(command);
      return this;
    }

    TaskAppProcess start(String... arguments) throws IOException {
      return launch(command(arguments));
    }

    /** Starts the app on a new terminal, by script(1). */
    TaskAppProcess startOnTerminal(String... arguments) throws IOException {
      StringBuilder line = new StringBuilder("exec");
      for (String argument : command(arguments)) {
        line.append(" '").append(argument).append('\'');
      }
      return launch(List.of("script", "-q", "-e", "-c", line.toString(), "/dev/null"));
    }

    private TaskAppProcess launch(List<String> command) throws IOException {
      Path out = Files.createTempFile(root, "app", ".out");
      Path err = Files.createTempFile(root, "app", ".err");
      List<String> wrapped = new ArrayList<>(wrapper);
      wrapped.addAll(command);
      ProcessBuilder builder =
          new ProcessBuilder(wrapped).redirectOutput(out.toFile()).redirectError(err.toFile());
      builder.environment().put("LUHPROC_TMP_DIR", root.toString());
      builder.environment().putAll(environment);
      return new TaskAppProcess(builder.start(), out, err);
    }
  }
}
