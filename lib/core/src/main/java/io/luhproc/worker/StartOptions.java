package io.luhproc.worker;

import io.luhproc.time.DurationRange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Options of one start of a worker. By default, everything is as in this JVM and {@code start} does
 * not wait.
 *
 * @param environment variables added to the environment of this JVM; values are never written to a
 *     file
 * @param jvmOptions options of the worker's JVM, added after the options of this JVM
 * @param removedJvmOptions prefixes of options of this JVM that the worker's JVM does not get
 * @param arguments the arguments of the task, see {@link TaskContext#arguments()}
 * @param directory the working directory; empty for the working directory of this JVM
 * @param token identifies this start: if the worker's last start had the same token, nothing is
 *     started, whether the worker runs or has ended; empty for a start of its own
 * @param startTimeout how long a worker on an engine may wait for a place and its program before it
 *     is given up; empty for ever. Ignored on this machine
 * @param awaitReady how long {@code start} waits for {@link TaskContext#ready()}; empty to return
 *     without waiting
 * @since 0.1
 */
public record StartOptions(
    Map<String, String> environment,
    List<String> jvmOptions,
    List<String> removedJvmOptions,
    List<String> arguments,
    Optional<Path> directory,
    Optional<String> token,
    Optional<Duration> startTimeout,
    Optional<Duration> awaitReady) {

  private static final int MAX_TOKEN_LENGTH = 60;

  private static final StartOptions DEFAULTS = builder().build();

  /**
   * Checks and copies the values.
   *
   * @throws IllegalArgumentException if the name of a variable is empty or contains {@code =}, a
   *     text contains NUL, a removed option is empty, or {@code awaitReady} is not positive or is
   *     longer than 365 days
   */
  public StartOptions {
    Objects.requireNonNull(environment, "environment");
    Objects.requireNonNull(jvmOptions, "jvmOptions");
    Objects.requireNonNull(removedJvmOptions, "removedJvmOptions");
    Objects.requireNonNull(arguments, "arguments");
    Objects.requireNonNull(directory, "directory");
    Objects.requireNonNull(token, "token");
    Objects.requireNonNull(startTimeout, "startTimeout");
    Objects.requireNonNull(awaitReady, "awaitReady");
    environment = Map.copyOf(environment);
    jvmOptions = List.copyOf(jvmOptions);
    removedJvmOptions = List.copyOf(removedJvmOptions);
    arguments = List.copyOf(arguments);
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      checkVariable(variable.getKey(), variable.getValue());
    }
    checkNoNuls("JVM option", jvmOptions);
    for (String prefix : removedJvmOptions) {
      checkPrefix(prefix);
    }
    checkNoNuls("argument", arguments);
    if (token.isPresent()) {
      checkToken(token.get());
    }
    if (startTimeout.isPresent()) {
      Duration ignored = DurationRange.check("startTimeout", startTimeout.get());
    }
    if (awaitReady.isPresent() && awaitReady.get().compareTo(Duration.ZERO) <= 0) {
      throw new IllegalArgumentException(
          "awaitReady (" + awaitReady.get() + ") must be longer than zero");
    }
    if (awaitReady.isPresent()) {
      DurationRange.checkOrZero("awaitReady", awaitReady.get());
    }
  }

  /** Creates options with all JVM options of this JVM. */
  public StartOptions(
      Map<String, String> environment,
      List<String> jvmOptions,
      List<String> arguments,
      Optional<Path> directory,
      Optional<Duration> awaitReady) {
    this(
        environment,
        jvmOptions,
        List.of(),
        arguments,
        directory,
        Optional.empty(),
        Optional.empty(),
        awaitReady);
  }

  static void checkPrefix(String prefix) {
    if (prefix.isEmpty()) {
      throw new IllegalArgumentException("prefix of removed JVM options () must not be empty");
    }
  }

  /** Without a pattern, whose compilation a cold start would wait for. */
  static void checkToken(String token) {
    boolean valid = !token.isEmpty() && token.length() <= MAX_TOKEN_LENGTH;
    for (int i = 0; valid && i < token.length(); i++) {
      char c = token.charAt(i);
      valid = c == '-' || (c < 0x7f && Character.isLetterOrDigit(c));
    }
    if (!valid) {
      throw new IllegalArgumentException(
          "token (" + token + ") must be 1 to 60 ASCII letters, digits or '-'");
    }
  }

  private static void checkVariable(String name, String value) {
    if (name.isEmpty() || name.indexOf('=') >= 0) {
      throw new IllegalArgumentException(
          "name of a variable (" + name + ") must not be empty and must not contain '='");
    }
    checkNoNul("name of a variable", name);
    checkNoNul("value of " + name, value);
  }

  private static void checkNoNuls(String label, List<String> texts) {
    for (String text : texts) {
      checkNoNul(label, text);
    }
  }

  private static void checkNoNul(String label, String text) {
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(label + " must not contain NUL");
    }
  }

  /** Returns the default options: nothing is added, and {@code start} does not wait. */
  public static StartOptions defaults() {
    return DEFAULTS;
  }

  /** Returns a builder that begins with {@link #defaults()}. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that begins with these options. */
  public Builder toBuilder() {
    return new Builder(this);
  }

  /** Returns the options as text, without the values of environment variables. */
  @Override
  public String toString() {
    return "StartOptions[environment="
        + environment.keySet()
        + (", jvmOptions=" + jvmOptions + ", arguments=" + arguments)
        + (removedJvmOptions.isEmpty() ? "" : ", removedJvmOptions=" + removedJvmOptions)
        + (directory.isPresent() ? ", directory=" + directory.get() : "")
        + (awaitReady.isPresent() ? ", awaitReady=" + awaitReady.get() : "")
        + "]";
  }

  /** A builder of start options. */
  public static final class Builder {
    private static final List<String> SMALL =
        List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xss512k", "-Xmx64m");
    // With these, the JVM would refuse a second collector, or warn of sizes that do not fit.
    private static final List<String> REPLACED_BY_SMALL =
        List.of(
            "-XX:+UseG1GC",
            "-XX:+UseParallelGC",
            "-XX:+UseZGC",
            "-XX:+UseShenandoahGC",
            "-XX:+UseEpsilonGC",
            "-XX:+AlwaysPreTouch",
            "-XX:InitialHeapSize=",
            "-XX:MaxHeapSize=",
            "-XX:MinHeapSize=",
            "-XX:NewSize=",
            "-XX:MaxNewSize=",
            "-XX:TieredStopAtLevel=",
            "-Xms",
            "-Xmx",
            "-Xmn",
            "-Xss");

    private final Map<String, String> environment = new LinkedHashMap<>();
    private final List<String> jvmOptions = new ArrayList<>();
    private final List<String> removedJvmOptions = new ArrayList<>();
    private final List<String> arguments = new ArrayList<>();
    private Optional<Path> directory = Optional.empty();
    private Optional<String> token = Optional.empty();
    private Optional<Duration> startTimeout = Optional.empty();
    private Optional<Duration> awaitReady = Optional.empty();

    private Builder() {}

    private Builder(StartOptions options) {
      environment.putAll(options.environment);
      jvmOptions.addAll(options.jvmOptions);
      removedJvmOptions.addAll(options.removedJvmOptions);
      arguments.addAll(options.arguments);
      directory = options.directory;
      token = options.token;
      startTimeout = options.startTimeout;
      awaitReady = options.awaitReady;
    }

    /** Sets an environment variable of the worker; its value is never written to a file. */
    public Builder env(String name, String value) {
      environment.put(Objects.requireNonNull(name, "name"), Objects.requireNonNull(value, "value"));
      return this;
    }

    /** Adds an option for the worker's JVM, such as {@code -Xmx64m}. */
    public Builder jvmOption(String option) {
      jvmOptions.add(Objects.requireNonNull(option, "option"));
      return this;
    }

    /**
     * Adds options for a worker that mostly waits: {@code -XX:+UseSerialGC}, {@code
     * -XX:TieredStopAtLevel=1}, {@code -Xss512k} and {@code -Xmx64m}, in the place of the collector
     * and the heap sizes of this JVM. The worker starts faster and needs less memory, and computes
     * slower. An option that is added later wins: {@code small().jvmOption("-Xmx256m")}.
     */
    public Builder small() {
      removedJvmOptions.addAll(REPLACED_BY_SMALL);
      jvmOptions.addAll(SMALL);
      return this;
    }

    /**
     * Removes the options of this JVM that begin with a prefix, also from {@code JAVA_TOOL_OPTIONS}
     * and the like. Example: {@code -javaagent:/opt/exporter.jar}, an agent that listens on a port,
     * which two JVMs cannot share.
     */
    public Builder withoutJvmOption(String prefix) {
      removedJvmOptions.add(Objects.requireNonNull(prefix, "prefix"));
      return this;
    }

    /** Adds an argument of the task, see {@link TaskContext#arguments()}. */
    public Builder argument(String argument) {
      arguments.add(Objects.requireNonNull(argument, "argument"));
      return this;
    }

    /** Sets the working directory; default: the working directory of this JVM. */
    public Builder directory(Path path) {
      directory = Optional.of(Objects.requireNonNull(path, "path").toAbsolutePath());
      return this;
    }

    /**
     * Sets the token of this start. A caller that may be killed before it knows the outcome repeats
     * the start with the same token, also in another process: it never runs the task twice. Without
     * a token, a worker that has ended is started again.
     *
     * @param value 1 to 60 letters, digits or {@code -}, different for each start
     */
    public Builder token(String value) {
      token = Optional.of(Objects.requireNonNull(value, "value"));
      return this;
    }

    /**
     * Sets how long a worker on an engine may wait for a place, or for its image, before the engine
     * gives it up; default: for ever. Ignored on this machine.
     *
     * @param timeout longer than zero, at most 365 days
     */
    public Builder startTimeout(Duration timeout) {
      startTimeout = Optional.of(Objects.requireNonNull(timeout, "timeout"));
      return this;
    }

    /**
     * Makes {@code start} wait for {@link TaskContext#ready()}; default: it does not wait. If the
     * worker ends first, {@code start} fails at once.
     */
    public Builder awaitReady(Duration timeout) {
      awaitReady = Optional.of(Objects.requireNonNull(timeout, "timeout"));
      return this;
    }

    /**
     * Returns the options.
     *
     * @throws IllegalArgumentException if a value is invalid, see {@link StartOptions}
     */
    public StartOptions build() {
      return new StartOptions(
          environment,
          jvmOptions,
          removedJvmOptions,
          arguments,
          directory,
          token,
          startTimeout,
          awaitReady);
    }
  }
}
