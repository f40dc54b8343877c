package io.luhproc.service;

import io.luhproc.engine.WorkerEngines;
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
 * Specification of one process of a service. Created by {@link #shell}, {@link #command} or {@link
 * #task}.
 *
 * <p>Commands are kept alive by default: they are restarted after failures. Tasks are one-shot by
 * default: they run once and are not restarted. {@link Builder#keepAlive()} and {@link
 * Builder#oneshot()} change that.
 *
 * @param name the name, unique in its service: 1 to 64 letters, digits and {@code - _ . @}
 * @param command the command
 * @param oneshot whether the process runs once, to its exit, and is never restarted
 * @param execContext working directory, environment, user, umask and priority
 * @param output where the output goes, and how much of it is kept
 * @param restart when the process is restarted; ignored if {@code oneshot}
 * @param start how the process is started, and when it counts as running
 * @param stop how the process is stopped
 * @param reload the signal that makes the process reload its configuration; if empty, a reload
 *     restarts it
 * @param health how its health is checked; if empty, it is healthy while it is alive
 * @param limits the resource limits
 * @param engine the address of the engine that runs the process, such as {@code k8s:batch}; empty
 *     for this machine
 * @param replicas number of identical processes, 1 to 1000, default 1; several are named {@code
 *     web-1}, {@code web-2} … When an update changes the number from or to one, the first replica
 *     keeps its name, process and logs
 * @since 0.1
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
    Optional<String> engine,
    int replicas) {
  private static final int MAX_REPLICAS = 1_000;

  /**
   * Creates a specification.
   *
   * @throws IllegalArgumentException if the name is invalid, {@code replicas} is out of range, the
   *     limits of a task are too low for a JVM, a group is given without a user, the process cannot
   *     report its readiness as required, or an engine is given with what engines cannot do
   */
  public ProcessSpec {
    NameValidator.requireValid("process name", name);
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
    } else if (start.readiness() instanceof Readiness.TaskReady) {
      throw new IllegalArgumentException("ready (task) must be given to a task");
    }
    if (start.readiness() instanceof Readiness.LogLine && output.mode() == OutputMode.INHERIT) {
      throw new IllegalArgumentException(
          "ready (log) must be given with an output to files, not to the terminal");
    }
    RemoteRules.check(engine, execContext, output, start, stop, reload, health, limits);
  }

  /**
   * Returns a builder for a shell command, run by {@code sh -c}.
   *
   * @param name the name of the process
   * @param text the shell command
   * @throws IllegalArgumentException if the text is blank or contains NUL
   */
  public static Builder shell(String name, String text) {
    return new Builder(name, new Command.Shell(text));
  }

  /**
   * Returns a builder for a program with arguments, run without a shell.
   *
   * @param name the name of the process
   * @param program the program; without a slash, it is searched in the {@code PATH}
   * @param arguments its arguments
   * @throws IllegalArgumentException if the program is empty, or an argument contains NUL
   */
  public static Builder command(String name, String program, String... arguments) {
    return command(name, prepend(program, arguments));
  }

  private static List<String> prepend(String first, String... rest) {
    List<String> all = new ArrayList<>(rest.length + 1);
    all.add(first);
    all.addAll(List.of(rest));
    return all;
  }

  /**
   * Returns a builder for a program with arguments, run without a shell.
   *
   * @param name the name of the process
   * @param argv the program and its arguments
   * @throws IllegalArgumentException if there is no program, or an argument contains NUL
   */
  public static Builder command(String name, List<String> argv) {
    return new Builder(name, new Command.Program(argv));
  }

  /**
   * Returns a builder for a task of an application, run in a relaunched JVM.
   *
   * <p>A task is one-shot by default: it runs once and is not restarted, not even after a failure.
   * Use {@link Builder#keepAlive()} for a task that should keep running.
   *
   * @param name the name of the process
   * @param app the application, usually a {@code ProcessManager}
   * @param task the environment variable that the task is registered under
   * @param arguments the arguments that {@code TaskContext} returns to the task
   * @throws IllegalArgumentException if the task is not registered
   */
  public static Builder task(String name, RelaunchableApp app, String task, String... arguments) {
    Command command = new Command.TaskCommand(app, task, List.of(arguments), List.of());
    return new Builder(name, command).oneshot();
  }

  /** Returns the names of all replicas; with one replica, the name of the process. */
  public List<String> instanceNames() {
    return replicas == 1
        ? List.of(name)
        : IntStream.rangeClosed(1, replicas).mapToObj(number -> name + "-" + number).toList();
  }

  /**
   * Returns whether a running process must be restarted to change from another specification to
   * this one. This is so if command, {@code oneshot}, execution context, engine, output mode,
   * {@code execStartPre} or the way in which it reports its readiness differ; other changes take
   * effect while it runs.
   *
   * @param other the specification that the process was started with
   */
  public boolean needsRestartFrom(ProcessSpec other) {
    boolean unchanged =
        command.equals(other.command)
            && oneshot == other.oneshot
            && execContext.equals(other.execContext)
            && engine.equals(other.engine)
            && output.mode() == other.output.mode()
            && start.execStartPre().equals(other.start.execStartPre())
            && reportsReadinessAs(other);
    return !unchanged;
  }

  private boolean reportsReadinessAs(ProcessSpec other) {
    Readiness readiness = start.readiness();
    Readiness before = other.start.readiness();
    return readiness.equals(before) || !(readiness.isReported() || before.isReported());
  }

  /**
   * Where the output of a process goes.
   *
   * @param mode to two files, to one file, or to the terminal; default two files
   * @param logs rotation of these files; default 5 rotated files of 10 MiB per stream
   */
  public record Output(OutputMode mode, LogPolicy logs) {}

  /**
   * Resource limits of a process.
   *
   * @param resources limits that the kernel enforces for the process and its descendants
   * @param maxMemoryRestart resident memory of the process in bytes, without its descendants, above
   *     which it is restarted; at least 1 MiB
   */
  public record Limits(ResourceLimits resources, OptionalLong maxMemoryRestart) {
    /**
     * Creates limits.
     *
     * @throws IllegalArgumentException if {@code maxMemoryRestart} is less than 1 MiB
     */
    public Limits {
      if (maxMemoryRestart.isPresent() && maxMemoryRestart.getAsLong() < 1 << 20) {
        throw new IllegalArgumentException(
            "maxMemoryRestart (" + maxMemoryRestart.getAsLong() + ") must be at least 1MiB");
      }
    }
  }

  /** Builds a {@link ProcessSpec}. Not thread-safe. */
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
    private Optional<String> engine = Optional.empty();
    private int replicas = 1;

    private Builder(String name, Command command) {
      this.name = name;
      this.command = command;
    }

    /**
     * Makes this a one-shot process, the default for tasks: it runs once and is never restarted.
     *
     * <p>It succeeds if it exits with a success code of its restart policy, by default 0. Services
     * that require its service wait for this success; services that start after it wait for its
     * exit.
     */
    public Builder oneshot() {
      oneshot = true;
      return this;
    }

    /** Keeps this process alive by its restart policy, the default for everything but tasks. */
    public Builder keepAlive() {
      oneshot = false;
      return this;
    }

    /** Sets the working directory; default: the working directory of the service. */
    public Builder directory(Path path) {
      execContext = execContext.withDirectory(path);
      return this;
    }

    /**
     * Adds an environment variable. Its value is never written to disk.
     *
     * @throws IllegalArgumentException if the name is empty, contains {@code =} or NUL or starts
     *     with {@code LUHPROC_}, or the value contains NUL
     */
    public Builder env(String variable, String value) {
      execContext = execContext.withVariable(variable, value);
      return this;
    }

    /**
     * Adds a file of environment variables, one {@code NAME=VALUE} per line, read at each start.
     */
    public Builder envFile(Path file) {
      execContext = execContext.withEnvFile(file);
      return this;
    }

    /**
     * Sets the user, by name or number, and implies the primary group of this user. Needs root.
     *
     * <p>It also applies to {@code execStartPre} and to the commands of the health check. Variables
     * such as {@code HOME} are not changed.
     */
    public Builder user(String user) {
      execContext =
          execContext.withCredentials(
              new ExecContext.Credentials(Optional.of(user), execContext.credentials().group()));
      return this;
    }

    /** Sets another group than the primary group of the user, by name or number. Needs root. */
    public Builder group(String group) {
      execContext =
          execContext.withCredentials(
              new ExecContext.Credentials(execContext.credentials().user(), Optional.of(group)));
      return this;
    }

    /**
     * Sets the umask, such as 0077; default is the supervisor's.
     *
     * @throws IllegalArgumentException if it is not from 0 to 0777
     */
    public Builder umask(int bits) {
      execContext = execContext.withUmask(bits);
      return this;
    }

    /**
     * Sets the nice value, -20 (highest priority) to 19; default is the supervisor's.
     *
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder nice(int value) {
      execContext = execContext.withNice(value);
      return this;
    }

    /** Sets where the output goes; default {@link OutputMode#FILES}. */
    public Builder output(OutputMode mode) {
      output = new Output(mode, output.logs());
      return this;
    }

    /** Sets the rotation of output files; default 5 rotated files of 10 MiB per stream. */
    public Builder logs(LogPolicy policy) {
      output = new Output(output.mode(), policy);
      return this;
    }

    /**
     * Sets when the process is restarted; default {@link RestartPolicy#onFailure()}. A one-shot
     * process is never restarted.
     */
    public Builder restart(RestartPolicy policy) {
      restart = policy;
      return this;
    }

    /**
     * Sets a shell command that runs before each start and must exit with 0.
     *
     * @throws IllegalArgumentException if the text is blank or contains NUL
     */
    public Builder execStartPre(String text) {
      start = start.withExecStartPre(new Command.Shell(text));
      return this;
    }

    /**
     * Sets the maximum time, including {@code execStartPre}, until the process is running and
     * healthy; default 90 s.
     *
     * @throws IllegalArgumentException if it is not from 1 ms to 365 days
     */
    public Builder startTimeout(Duration timeout) {
      start = start.withTimeout(timeout);
      return this;
    }

    /**
     * Sets how long a process without a health check must be alive to count as running; default 200
     * ms.
     *
     * @throws IllegalArgumentException if it is negative or over 365 days
     */
    public Builder minReadyTime(Duration duration) {
      return ready(Readiness.after(duration));
    }

    /**
     * Sets what the process must do to count as running; default {@link Readiness#after} 200 ms.
     * Replaces {@link #minReadyTime}.
     */
    public Builder ready(Readiness readiness) {
      start = start.withReadiness(readiness);
      return this;
    }

    /** Sets how the process is stopped; default TERM, then KILL after 10 s. */
    public Builder stop(StopPolicy policy) {
      stop = policy;
      return this;
    }

    /** Sets the signal that reloads the configuration; by default, a reload is a restart. */
    public Builder reload(Signal signal) {
      reload = Optional.of(signal);
      return this;
    }

    /** Sets the health check with the defaults of {@link HealthPolicy}; default is no check. */
    public Builder health(HealthCheck check) {
      return health(check.policy());
    }

    /** Sets the health check and its policy; default is no check. */
    public Builder health(HealthPolicy policy) {
      health = Optional.of(policy);
      return this;
    }

    /** Sets the resource limits; default is none. */
    public Builder limits(ResourceLimits resources) {
      limits = new Limits(resources, limits.maxMemoryRestart());
      return this;
    }

    /** Sets the resource limits; default is none. */
    public Builder limits(ResourceLimits.Builder resources) {
      return limits(resources.build());
    }

    /**
     * Restarts the process if its resident memory exceeds a size. Its descendants do not count. It
     * is measured every 2 s and needs no cgroup.
     *
     * @param size the size, such as {@code 512MiB}
     * @throws IllegalArgumentException if the text is malformed or less than 1 MiB
     */
    public Builder maxMemoryRestart(String size) {
      limits =
          new Limits(limits.resources(), OptionalLong.of(DurationAndSizeFormat.parseSize(size)));
      return this;
    }

    /**
     * Lets an engine run the process; default is this machine. The start timeout then includes the
     * wait for a place, and a process that the engine has lost is shown as lost, not restarted.
     *
     * <p>The engine gets the command as it would run here, and the variables of service and
     * process. It supports {@link Readiness#after} and {@link Readiness#logLine}, but no other
     * readiness, and neither health checks, {@code execStartPre}, limits, users, priorities,
     * signals nor stop commands.
     *
     * @param address such as {@code k8s:batch}; {@code local:} for this machine
     * @throws IllegalArgumentException if the address has no scheme, or contains white space
     */
    public Builder remote(String address) {
      engine =
          Optional.of(WorkerEngines.checkAddress(address))
              .filter(it -> !it.equals(WorkerEngines.LOCAL));
      return this;
    }

    /** Sets the number of replicas, 1 to 1000; default 1. */
    public Builder replicas(int number) {
      replicas = number;
      return this;
    }

    /**
     * Sets JVM options of a task, in addition to those of this JVM.
     *
     * @throws IllegalArgumentException if this process is not a task
     */
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
     * Returns the specification.
     *
     * @throws IllegalArgumentException if the name or a value is invalid; see {@link ProcessSpec}
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
          engine,
          replicas);
    }
  }
}
