package io.luhproc.testing;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A child JVM that runs a main class and writes its output to two files. Killed by close. */
public final class JavaProcess implements AutoCloseable {
  private static final long TIMEOUT_SECONDS = 60;

  private final Process process;
  private final Path out;
  private final Path err;

  private JavaProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  /** Returns a builder of a JVM that runs a main class. Output files start with its name. */
  public static Builder of(Class<?> main, Object... arguments) {
    return new Builder(main, arguments);
  }

  /** Returns the pid of the JVM, or of the wrapper command if there is one. */
  public long pid() {
    return process.pid();
  }

  /** Returns all descendants. */
  public List<ProcessHandle> descendants() {
    return process.descendants().toList();
  }

  /** Returns whether the process is alive. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Returns the output on stdout so far. */
  public String out() {
    return read(out);
  }

  /** Returns the output on stderr so far. */
  public String err() {
    return read(err);
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "(" + e + ")";
    }
  }

  /** Waits for a line with a prefix on stdout and returns the rest of the line. */
  public String awaitLine(String prefix) {
    Eventually.holds(
        () -> prefix + " from " + this, () -> find(prefix).isPresent() || !process.isAlive());
    return find(prefix)
        .orElseThrow(() -> new AssertionError("no line " + prefix + " from " + this));
  }

  private Optional<String> find(String prefix) {
    String text = out();
    // The last line may be incomplete.
    return Arrays.stream(text.substring(0, text.lastIndexOf('\n') + 1).split("\n", -1))
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.substring(prefix.length()).strip())
        .findFirst();
  }

  /** Writes a line to stdin. */
  public void writeLine(String line) throws IOException {
    try {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new IOException("cannot write " + line + " to " + this, e);
    }
  }

  /** Waits for the exit and returns the exit status. */
  public int awaitExit() throws InterruptedException {
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("no exit within " + TIMEOUT_SECONDS + " s: " + this);
    }
    return process.exitValue();
  }

  /** Sends SIGKILL and waits for the exit. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }

  @Override
  public String toString() {
    return "process " + process.pid() + "\nstdout:\n" + out() + "\nstderr:\n" + err();
  }

  /** Builds the command line and starts the JVM. */
  public static final class Builder {
    private final List<String> wrapper = new ArrayList<>();
    private final List<String> options =
        new ArrayList<>(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
    private final List<String> program = new ArrayList<>();
    private final Map<String, String> environment = new HashMap<>();
    private final String name;
    private Path java = Path.of(System.getProperty("java.home"), "bin", "java");

    private Builder(Class<?> main, Object... arguments) {
      name = main.getSimpleName();
      program.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
      Arrays.stream(arguments).map(Object::toString).forEach(program::add);
    }

    /** Sets the launcher; the default is that of this JVM. */
    public Builder java(Path launcher) {
      java = launcher;
      return this;
    }

    /** Adds a wrapper command before the command line, such as {@code prlimit --fsize=1}. */
    public Builder wrappedBy(String... arguments) {
      wrapper.addAll(List.of(arguments));
      return this;
    }

    /** Adds JVM options. */
    public Builder options(String... arguments) {
      options.addAll(List.of(arguments));
      return this;
    }

    /** Sets an environment variable. */
    public Builder env(String variable, Object value) {
      environment.put(variable, value.toString());
      return this;
    }

    /** Returns the complete command line. */
    public List<String> command() {
      List<String> command = new ArrayList<>(wrapper);
      command.add(java.toString());
      command.addAll(options);
      command.addAll(program);
      return command;
    }

    /** Starts the JVM with its output in new files of a directory. */
    public JavaProcess start(Path directory) throws IOException {
      return start(directory, command());
    }

    /** Starts a command that contains {@link #command()}. */
    public JavaProcess start(Path directory, List<String> command) throws IOException {
      File out = Files.createTempFile(directory, name, ".out").toFile();
      File err = Files.createTempFile(directory, name, ".err").toFile();
      ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out).redirectError(err);
      builder.environment().keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
      builder.environment().put("LC_ALL", "C.UTF-8");
      builder.environment().putAll(environment);
      return new JavaProcess(builder.start(), out.toPath(), err.toPath());
    }
  }
}
