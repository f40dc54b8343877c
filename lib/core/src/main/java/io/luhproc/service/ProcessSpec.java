package io.luhproc.service;

import io.luhproc.health.HealthCheck;
import io.luhproc.health.HealthPolicy;
import io.luhproc.limits.ResourceLimits;
import io.luhproc.log.LogPolicy;
import io.luhproc.process.OutputMode;
import io.luhproc.process.Signal;
import io.luhproc.time.DurationAndSizeFormat;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;

/**
 * One process of a service: what it runs, and how it is kept alive. Made by {@link #shell}, {@link
 * #command} or {@link #task}.
 *
 * @param name its name, once in its service
 * @param command what it runs
 * @param oneshot whether it is to run to its end once, rather than be kept alive
 * @param execContext where and as whom it runs
 * @param output where its output goes, and how much of it is kept
 * @param restart whether it is started again after it ended
 * @param start when it counts as started
 * @param stop how it is stopped
 * @param reload the signal that makes it read its settings again; without one, a reload is a stop
 *     and a start
 * @param health how it is told whether it works; without one, it works as long as it lives
 * @param limits what it may use
 * @param replicas how many of it run, 1 to 1 000; with more than one they are called {@code web-1},
 *     {@code web-2} …
 */
public record ProcessSpec(
    String name,
    Command command,
    boolean oneshot,
    ExecContext execContext,
    Output output,
    RestartPolicy restart,
    StartPolicy start,
    StopPolicy stop,
    Optional<Signal> reload,
    Optional<HealthPolicy> health,
    Limits limits,
    int replicas) {
  private static final int MAX_REPLICAS = 1_000;

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when one is out of its range, a task gets less than a JVM
   *     needs, or a group is given without a user
   */
  public ProcessSpec {
    NameValidator.requireValid("name of a process", name);
    if (replicas < 1 || replicas > MAX_REPLICAS) {
      throw new IllegalArgumentException(
          "replicas (" + replicas + ") must be from 1 to " + MAX_REPLICAS);
    }
    if (execContext.credentials().group().isPresent()
        && execContext.credentials().user().isEmpty()) {
      throw new IllegalArgumentException(
          "group (" + execContext.credentials().group().get() + ") must be given with a user");
    }
    if (command instanceof Command.TaskCommand) {
      limits.resources().checkSufficientForJvm();
    }
  }

  /** Returns a process that runs a text with {@code sh -c}. */
  public static Builder shell(String name, String text) {
    return new Builder(name, new Command.Shell(text));
  }

  /** Returns a process that runs a program with arguments, without a shell. */
  public static Builder command(String name, String program, String... arguments) {
    return command(name, prepend(program, arguments));
  }

  private static List<String> prepend(String first, String... rest) {
    List<String> all = new ArrayList<>(rest.length + 1);
    all.add(first);
    all.addAll(List.of(rest));
    return all;
  }

  /** Returns a process that runs a program with arguments, without a shell. */
  public static Builder command(String name, List<String> argv) {
    return new Builder(name, new Command.Program(argv));
  }

  /**
   * Returns a process that runs a task of an app once, to its end; {@link Builder#keepAlive()}
   * makes it one that is restarted.
   *
   * @param app a {@code ProcessManager}
   * @param arguments what the task finds in its context
   */
  public static Builder task(String name, RelaunchableApp app, String task, String... arguments) {
    Command command = new Command.TaskCommand(app, task, List.of(arguments), List.of());
    return new Builder(name, command).oneshot();
  }

  /** Returns the names of its replicas, or its own where there is one only. */
  public List<String> instanceNames() {
    return replicas == 1
        ? List.of(name)
        : IntStream.rangeClosed(1, replicas).mapToObj(number -> name + "-" + number).toList();
  }

  /**
   * Returns whether a living process of the other spec would have to be started again to be one of
   * this; everything else takes effect while it runs.
   */
  public boolean needsRestartFrom(ProcessSpec other) {
    boolean unchanged =
        command.equals(other.command)
            && oneshot == other.oneshot
            && execContext.equals(other.execContext)
            && output.mode() == other.output.mode()
            && start.execStartPre().equals(other.start.execStartPre());
    return !unchanged;
  }

  /**
   * Where output goes.
   *
   * @param mode to files, both streams to one file, or to the terminal; default: files
   * @param logs how much is kept of files; default: 5 parts of 10 MiB a stream
   */
  public record Output(OutputMode mode, LogPolicy logs) {}

  /**
   * What a process may use.
   *
   * @param resources what the kernel holds it to
   * @param maxMemoryRestart the memory in RAM, in bytes, of the process itself, above which it is
   *     restarted; a shell that waits for what it started needs little
   */
  public record Limits(ResourceLimits resources, OptionalLong maxMemoryRestart) {
    /**
     * Checks the value.
     *
     * @throws IllegalArgumentException when it is less than 1 MiB
     */
    public Limits {
      if (maxMemoryRestart.isPresent() && maxMemoryRestart.getAsLong() < 1 << 20) {
        throw new IllegalArgumentException(
            "maxMemoryRestart (" + maxMemoryRestart.getAsLong() + ") must be at least 1MiB");
      }
    }
  }

  /** Collects what a process is to be. */
  public static final class Builder {
    private final String name;
    private Command command;
    private boolean oneshot;
    private ExecContext execContext = ExecContext.inherited();
    private Output output = new Output(OutputMode.FILES, LogPolicy.defaults());
    private RestartPolicy restart = RestartPolicy.onFailure();
    private StartPolicy start = StartPolicy.defaults();
    private StopPolicy stop = StopPolicy.defaults();
    private Optional<Signal> reload = Optional.empty();
    private Optional<HealthPolicy> health = Optional.empty();
    private Limits limits = new Limits(ResourceLimits.none(), OptionalLong.empty());
    private int replicas = 1;

    private Builder(String name, Command command) {
      this.name = name;
      this.command = command;
    }

    /**
     * Runs it to its end once: it is never restarted, and has succeeded when it exits with 0. Who
     * requires its service waits for that, and who comes after it for its end.
     */
    public Builder oneshot() {
      oneshot = true;
      return this;
    }

    /** Keeps it alive by its restart policy; the default of everything but tasks. */
    public Builder keepAlive() {
      oneshot = false;
      return this;
    }

    /** Sets the working directory; default: that of the service. */
    public Builder directory(Path path) {
      execContext = execContext.withDirectory(path);
      return this;
    }

    /** Adds a variable to the environment. Its value is written to no file. */
    public Builder env(String variable, String value) {
      execContext = execContext.withVariable(variable, value);
      return this;
    }

    /** Adds a file of variables, {@code NAME=VALUE} a line, which is read at each start. */
    public Builder envFile(Path file) {
      execContext = execContext.withEnvFile(file);
      return this;
    }

    /**
     * Runs it as a user, by name or number, and that user's group; needs root. So run the command
     * before it and the commands of its health check. {@code HOME} and the like stay as they are.
     */
    public Builder user(String user) {
      execContext =
          execContext.withCredentials(
              new ExecContext.Credentials(Optional.of(user), execContext.credentials().group()));
      return this;
    }

    /** Runs its user with another group than the user's own, by name or number; needs root. */
    public Builder group(String group) {
      execContext =
          execContext.withCredentials(
              new ExecContext.Credentials(execContext.credentials().user(), Optional.of(group)));
      return this;
    }

    /** Sets the bits that its new files do not get, such as 0077. */
    public Builder umask(int bits) {
      execContext = execContext.withUmask(bits);
      return this;
    }

    /** Sets how much it yields to others, -20 to 19. */
    public Builder nice(int value) {
      execContext = execContext.withNice(value);
      return this;
    }

    /** Sets where its output goes; default: to files. */
    public Builder output(OutputMode mode) {
      output = new Output(mode, output.logs());
      return this;
    }

    /** Sets how much of its output is kept; default: 5 parts of 10 MiB a stream. */
    public Builder logs(LogPolicy policy) {
      output = new Output(output.mode(), policy);
      return this;
    }

    /** Sets when it is started again; default: {@link RestartPolicy#onFailure()}. */
    public Builder restart(RestartPolicy policy) {
      restart = policy;
      return this;
    }

    /** Sets a text for {@code sh -c} that is run to its end before each start. */
    public Builder execStartPre(String text) {
      start = start.withExecStartPre(new Command.Shell(text));
      return this;
    }

    /** Sets how long a start may take; default 90 s. */
    public Builder startTimeout(Duration timeout) {
      start = start.withTimeout(timeout);
      return this;
    }

    /** Sets how long it must live to count as running; default 200 ms. */
    public Builder minReadyTime(Duration duration) {
      start = start.withMinReadyTime(duration);
      return this;
    }

    /** Sets how it is stopped; default: TERM, and KILL after 10 s. */
    public Builder stop(StopPolicy policy) {
      stop = policy;
      return this;
    }

    /** Sets the signal that makes it read its settings again. */
    public Builder reload(Signal signal) {
      reload = Optional.of(signal);
      return this;
    }

    /** Sets how it is told whether it works, every 10 s. */
    public Builder health(HealthCheck check) {
      return health(check.policy());
    }

    /** Sets how it is told whether it works. */
    public Builder health(HealthPolicy policy) {
      health = Optional.of(policy);
      return this;
    }

    /** Sets what it may use; default: no limit. */
    public Builder limits(ResourceLimits resources) {
      limits = new Limits(resources, limits.maxMemoryRestart());
      return this;
    }

    /** Sets what it may use; default: no limit. */
    public Builder limits(ResourceLimits.Builder resources) {
      return limits(resources.build());
    }

    /**
     * Restarts it when it, without those that it started, holds more memory in RAM than this, such
     * as {@code 512MiB}; looked at every 2 s, also where the kernel holds it to no limits.
     *
     * @throws IllegalArgumentException when it is no size, or less than 1 MiB
     */
    public Builder maxMemoryRestart(String size) {
      limits =
          new Limits(limits.resources(), OptionalLong.of(DurationAndSizeFormat.parseSize(size)));
      return this;
    }

    /** Runs several of it. */
    public Builder replicas(int number) {
      replicas = number;
      return this;
    }

    /** Adds options of its JVM; only for a task. */
    public Builder jvmOptions(String... options) {
      if (!(command instanceof Command.TaskCommand task)) {
        throw new IllegalArgumentException(
            "jvmOptions (" + List.of(options) + ") must be given to a task only");
      }
      command =
          new Command.TaskCommand(task.app(), task.task(), task.arguments(), List.of(options));
      return this;
    }

    /**
     * Returns the process.
     *
     * @throws IllegalArgumentException when its name or one of its values is out of its range
     */
    public ProcessSpec build() {
      return new ProcessSpec(
          name,
          command,
          oneshot,
          execContext,
          output,
          restart,
          start,
          stop,
          reload,
          health,
          limits,
          replicas);
    }
  }
}
