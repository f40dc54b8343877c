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

/**
 * A JVM with one of the small mains, whose output is in two files; killed with -9 and waited for at
 * the end.
 */
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

  /** Returns a builder of a JVM that runs a main; it is called by that name in its files. */
  public static Builder of(Class<?> main, Object... arguments) {
    return new Builder(main, arguments);
  }

  /** Returns its pid; of what it was wrapped into, where it was wrapped. */
  public long pid() {
    return process.pid();
  }

  /** Returns everything below it. */
  public List<ProcessHandle> descendants() {
    return process.descendants().toList();
  }

  /** Returns whether it lives. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /** Returns what it has written on stdout. */
  public String out() {
    return read(out);
  }

  /** Returns what it has written on stderr. */
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

  /** Waits until it has written a line that begins so, and returns the rest of that line. */
  public String awaitLine(String prefix) {
    Eventually.holds(
        () -> prefix + " from " + this, () -> find(prefix).isPresent() || !process.isAlive());
    return find(prefix)
        .orElseThrow(() -> new AssertionError("no line " + prefix + " from " + this));
  }

  private Optional<String> find(String prefix) {
    String text = out();
    // The last line may be half written.
    return Arrays.stream(text.substring(0, text.lastIndexOf('\n') + 1).split("\n", -1))
        .filter(line -> line.startsWith(prefix))
        .map(line -> line.substring(prefix.length()).strip())
        .findFirst();
  }

  /** Writes a line to its stdin. */
  public void writeLine(String line) throws IOException {
    try {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new IOException("it does not hear " + line + ": " + this, e);
    }
  }

  /** Waits until it has ended, and returns its exit status. */
  public int awaitExit() throws InterruptedException {
    if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("it does not end: " + this);
    }
    return process.exitValue();
  }

  /** Kills it with -9 and waits until it is gone. */
  public void kill() {
    process.destroyForcibly().onExit().join();
  }

  @Override
  public void close() {
    kill();
  }

  @Override
  public String toString() {
    return "process " + process.pid() + "\nits stdout:\n" + out() + "\nits stderr:\n" + err();
  }

  /** Collects how it is started. */
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

    /** Starts it by another launcher {@code java} than this JVM's. */
    public Builder java(Path launcher) {
      java = launcher;
      return this;
    }

    /** Puts words in front of the command line, such as {@code prlimit --fsize=1}. */
    public Builder wrappedBy(String... arguments) {
      wrapper.addAll(List.of(arguments));
      return this;
    }

    /** Adds options for the JVM. */
    public Builder options(String... arguments) {
      options.addAll(List.of(arguments));
      return this;
    }

    /** Sets a variable. */
    public Builder env(String variable, Object value) {
      environment.put(variable, value.toString());
      return this;
    }

    /** Returns the whole command line. */
    public List<String> command() {
      List<String> command = new ArrayList<>(wrapper);
      command.add(java.toString());
      command.addAll(options);
      command.addAll(program);
      return command;
    }

    /** Starts it, with its output in new files of a directory. */
    public JavaProcess start(Path directory) throws IOException {
      return start(directory, command());
    }

    /** Starts a command that contains {@link #command()} in a form of its own. */
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
