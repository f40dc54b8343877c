package io.luhproc.worker;

import io.luhproc.DirectoryLockedException;
import io.luhproc.DirectoryRefusedException;
import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.log.LogPolicy;
import io.luhproc.log.ProcessLog;
import io.luhproc.process.LaunchCommand;
import io.luhproc.process.NotRelaunchableException;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.relaunch.JvmCommand;
import io.luhproc.service.RelaunchableApp;
import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Starts, finds and stops the workers of an app, and runs their tasks inside of them.
 *
 * <pre>{@code
 * ProcessManager pm = ProcessManager.builder().task("INDEXER", Indexer::run).build();
 * pm.check();
 * pm.start("INDEXER", "main");
 * }</pre>
 *
 * <p>A worker is this app, started again with the variable of its task set; it outlives the process
 * that started it. There is no registry: every method reads the directories under {@link #root()}.
 * Safe for use by any number of threads and processes at once.
 */
public final class ProcessManager implements RelaunchableApp {
  private final TaskRegistry tasks;
  private final Builder settings;
  private @Nullable ManagerContext context;
  private @Nullable WorkerStarter starter;

  private ProcessManager(TaskRegistry tasks, Builder settings) {
    this.tasks = tasks;
    this.settings = settings;
  }

  /** Made when they are asked for: check() is on the way of every start of the app. */
  private synchronized ManagerContext context() {
    if (context == null) {
      context = settings.newContext();
    }
    return context;
  }

  private WorkerQuery query() {
    return new WorkerQuery(context());
  }

  /** Made once: it looks for setsid(1) on the PATH. */
  private synchronized WorkerStarter starter() {
    if (starter == null) {
      starter = new WorkerStarter(context(), query());
    }
    return starter;
  }

  private WorkerStopper stopper() {
    return new WorkerStopper(context());
  }

  /** Returns a builder without tasks. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Runs a task instead of the app when this process was started for that; call it first thing in
   * {@code main}. When this process is a worker, or the variable of a task is set by hand, the task
   * runs on the calling thread, and then the JVM exits: with 0 when it returns, with 1 and the
   * stack trace on stderr when it throws. In every other process this returns at once; that
   * includes whatever a worker starts, which inherits its variables.
   *
   * <p>SIGTERM, SIGINT and SIGHUP ask the task to stop, see {@link TaskContext}; when it has not
   * returned within {@link Builder#grace(Duration)}, or at a second signal, the JVM exits with 128
   * and the number of the signal.
   */
  public void check() {
    if (tasks.isAnySet(System.getenv())) {
      new WorkerBootstrap(context()).run();
    }
  }

  /**
   * Runs a task in the foreground, on the calling thread and with the output of this process.
   * Signals work as in {@link #check()}.
   *
   * @return the exit code: 0, or 1 when the task threw, whose stack trace is then on stderr
   * @throws UnknownTaskException when the task is not registered
   */
  public int run(String task, String id, List<String> arguments) {
    ProcessKey key = context().key(task, id);
    List<String> copy = List.copyOf(arguments);
    return new ForegroundRunner(context()).run(key.task(), key.id(), () -> copy);
  }

  /**
   * Starts a worker without extras and without waiting; see {@link #start(String, String,
   * StartOptions)}.
   */
  public WorkerInfo start(String task, String id) {
    return start(task, id, StartOptions.defaults());
  }

  /**
   * Starts a worker: this app again, in a session of its own, with its output in files. When it
   * runs already, nothing is started, and {@link WorkerInfo#launched()} is false. Of any number of
   * processes that call this at once, one starts it.
   *
   * @param id any text of 1 to 4 096 bytes without control characters
   * @throws UnknownTaskException when the task is not registered
   * @throws IllegalArgumentException when the id or an option is out of range
   * @throws NotRelaunchableException when the command line of this app cannot be found out
   * @throws DirectoryRefusedException when the root or the directory is not safe to use, or another
   *     app's
   * @throws DirectoryLockedException when somebody else was starting or stopping it for 30 s
   * @throws StartFailedException when it cannot be launched; with {@link
   *     StartOptions.Builder#awaitReady}, also when it died first or was not ready in time
   */
  public WorkerInfo start(String task, String id, StartOptions options) {
    return starter().start(context().key(task, id), options);
  }

  /**
   * Returns what is known about a worker; empty when it has no directory: it was never started, or
   * was stopped.
   *
   * @throws UnknownTaskException when the task is not registered
   * @throws DirectoryRefusedException when the directory is not safe to use, or another app's
   */
  public Optional<WorkerInfo> info(String task, String id) {
    return query().info(context().key(task, id));
  }

  /** Returns all workers of this manager's tasks that have a directory. */
  public List<WorkerInfo> list() {
    WorkerQuery query = query();
    return query.list(query::belongsToManager);
  }

  /**
   * Returns all workers of one task that have a directory.
   *
   * @throws UnknownTaskException when the task is not registered
   */
  public List<WorkerInfo> list(String task) {
    tasks.get(task);
    WorkerQuery query = query();
    return query.list(it -> it.key().task().equals(task) && query.belongsToManager(it));
  }

  /** Returns everything that has a directory under the root: this user's; for root, everybody's. */
  public List<WorkerInfo> listAll() {
    return query().listAll();
  }

  /** Stops a worker with TERM and 10 s of grace; see {@link #stop(String, String, StopOptions)}. */
  public StopResult stop(String task, String id) {
    return stop(task, id, StopOptions.defaults());
  }

  /**
   * Stops a worker and everything that it started, and removes its directory: asks with a signal,
   * kills what is left when the grace is over, and returns when nothing lives any more. A worker
   * that it started with {@code start} lives on. Stopping what does not run removes the directory.
   *
   * @throws UnknownTaskException when the task is not registered
   * @throws DirectoryRefusedException when the directory is not safe to use, or another app's
   * @throws DirectoryLockedException when somebody else was starting or stopping it for the whole
   *     timeout
   * @throws StopFailedException when something still lives at the timeout; the directory stays
   */
  public StopResult stop(String task, String id, StopOptions options) {
    return stopper().stop(context().key(task, id), options);
  }

  /** Stops all workers of one task; see {@link #stopAll(String, StopOptions)}. */
  public List<StopResult> stopAll(String task) {
    return stopAll(task, StopOptions.defaults());
  }

  /**
   * Stops all workers of exactly this task. Up to 256 are stopped at the same time, so all take as
   * long as the slowest.
   *
   * @return one result a worker, of those that had a directory
   * @throws UnknownTaskException when the task is not registered
   * @throws LuhprocException when some could not be stopped, after all were tried; the first
   *     failure, with the others suppressed
   */
  public List<StopResult> stopAll(String task, StopOptions options) {
    List<ProcessKey> keys =
        list(task).stream().map(worker -> context().key(task, worker.id())).toList();
    return ParallelStop.run(keys, key -> stopper().stop(key, options));
  }

  /**
   * Stops a worker and starts it again with the arguments, JVM options, working directory and
   * variables that it had. One that has ended is started. Its logs stay.
   *
   * @throws NoSuchWorkerException when it has no directory: it was never started, or was stopped
   * @throws StartFailedException when it was given variables and has died since: their values are
   *     not kept in any file, so use {@link #restart(String, String, StartOptions, StopOptions)}
   * @throws LuhprocException when stopping or starting fails, as they do
   */
  public WorkerInfo restart(String task, String id) {
    return restart(task, id, startOptions(task, id), StopOptions.defaults());
  }

  /**
   * Stops a worker and starts it with these options, such as {@link #startOptions(String, String)}
   * with a change. Its logs stay, whatever {@code stop} says of them.
   *
   * @throws LuhprocException when stopping or starting fails, as they do
   */
  public WorkerInfo restart(String task, String id, StartOptions start, StopOptions stop) {
    ProcessKey key = context().key(task, id);
    stopper()
        .stop(
            key,
            StopOptions.builder()
                .grace(stop.grace())
                .timeout(stop.timeout())
                .signal(stop.signal())
                .keepLogs(true)
                .build());
    return starter().start(key, start);
  }

  /**
   * Returns the options that a worker was started with, without {@link StartOptions#awaitReady()};
   * the defaults when its description is damaged.
   *
   * @throws UnknownTaskException when the task is not registered
   * @throws NoSuchWorkerException when it has no directory: it was never started, or was stopped
   * @throws StartFailedException when it was given variables and has died since: their values are
   *     not kept in any file
   */
  public StartOptions startOptions(String task, String id) {
    ProcessKey key = context().key(task, id);
    WorkerInfo worker = info(task, id).orElseThrow(() -> new NoSuchWorkerException(key));
    return new PreviousStartOptions(context()).read(key, worker);
  }

  /**
   * Returns the logs of a worker, also of one that has ended and left its directory.
   *
   * @throws UnknownTaskException when the task is not registered
   * @throws NoSuchWorkerException when it has no directory
   */
  public ProcessLog logs(String task, String id) {
    WorkerInfo worker =
        info(task, id).orElseThrow(() -> new NoSuchWorkerException(context().key(task, id)));
    return ProcessLog.of(worker.directory());
  }

  /** Returns the registered tasks, in the order of registration. */
  public List<String> tasks() {
    return tasks.names();
  }

  /**
   * Checks that a task is registered; called for a supervisor, which runs it as a process.
   *
   * @throws IllegalArgumentException when it is not
   */
  @Override
  public void checkTask(String task) {
    if (!tasks.contains(task)) {
      throw new IllegalArgumentException(
          "task (" + task + ") must be one of " + String.join(", ", tasks.names()));
    }
  }

  /** Returns what tells this app from others: its main class, or its executable. */
  @Override
  public String program() {
    return context().program().name();
  }

  /**
   * Returns the command line and the environment that run a task; called for a supervisor.
   *
   * @throws NotRelaunchableException when the command line of this app cannot be found out
   */
  @Override
  public LaunchCommand launchCommand(TaskLaunchRequest launch) {
    ProcessKey key = new ProcessKey(Optional.empty(), launch.task(), launch.id());
    Map<String, String> environment =
        WorkerEnvironment.forWorker(
            context().platform().environment(),
            tasks,
            key,
            new WorkerEnvironment.LaunchMarker(launch.directory(), launch.token()));
    return context()
        .program()
        .command()
        .buildCommand(launch.jvmOptions(), launch.arguments(), launch.directory(), environment);
  }

  /** Returns the directory that the process directories are in; it need not exist yet. */
  public Path root() {
    return context().root().path();
  }

  /** Collects what a manager needs to know. */
  public static final class Builder {
    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);

    private TaskRegistry tasks = TaskRegistry.empty();
    private Optional<String> app = Optional.empty();
    private Optional<Path> root = Optional.empty();
    // None for this JVM's own: check() passes here and needs none.
    private @Nullable AppProgram program;
    private Optional<LogPolicy> logPolicy = Optional.empty();
    private Duration grace = DEFAULT_GRACE;

    private Builder() {}

    private Builder(Builder other) {
      tasks = other.tasks;
      app = other.app;
      root = other.root;
      program = other.program;
      logPolicy = other.logPolicy;
      grace = other.grace;
    }

    /**
     * Registers a task.
     *
     * @param variable the environment variable that starts it: {@code [A-Za-z_][A-Za-z0-9_]*}
     * @throws IllegalArgumentException when the variable breaks the rule, has a meaning already
     *     such as {@code PATH}, or is registered
     */
    public Builder task(String variable, Task task) {
      tasks = tasks.with(variable, task);
      return this;
    }

    /**
     * Names the app; without a name, two apps with the same task and id meet in one directory, and
     * the second is refused.
     *
     * @throws IllegalArgumentException when the name is empty, longer than 4 096 bytes, or contains
     *     control characters
     */
    public Builder app(String name) {
      app = Optional.of(ProcessKey.checkApp(name));
      return this;
    }

    /**
     * Sets the main class that workers start with, where this JVM was started by something else: an
     * IDE, a test runner, an app server. On the module path: {@code module/class}.
     */
    public Builder mainClass(String name) {
      program = AppProgram.ofMainClass(name);
      return this;
    }

    /**
     * Sets the whole command that workers start with, to which their arguments are added; default:
     * the one of this JVM.
     *
     * @throws IllegalArgumentException when the command is empty
     */
    public Builder command(List<String> argv) {
      program = AppProgram.of(JvmCommand.ofCommand(argv));
      return this;
    }

    /** Sets when a worker's logs are rotated and expire; default: 5 parts of 10 MiB a stream. */
    public Builder logs(LogPolicy policy) {
      logPolicy = Optional.of(policy);
      return this;
    }

    /**
     * Sets how long a task has to return once it was asked to stop; default 10 s.
     *
     * @throws IllegalArgumentException when it is negative
     */
    public Builder grace(Duration duration) {
      if (duration.isNegative()) {
        throw new IllegalArgumentException("grace (" + duration + ") must not be negative");
      }
      grace = duration;
      return this;
    }

    /**
     * Sets the directory that the process directories are in; default: {@code $LUHPROC_TMP_DIR},
     * else {@code $TMPDIR/luhproc}, else {@code <java.io.tmpdir>/luhproc}.
     */
    public Builder root(Path directory) {
      root = Optional.of(directory);
      return this;
    }

    /** Returns the manager. Nothing is looked at or made on the disk yet. */
    public ProcessManager build() {
      return new ProcessManager(tasks, new Builder(this));
    }

    private ManagerContext newContext() {
      Map<String, String> environment = System.getenv();
      return new ManagerContext(
          tasks,
          app,
          root.isPresent() ? ProcessRoot.at(root.get()) : ProcessRoot.fromEnvironment(environment),
          program == null ? AppProgram.currentJvm() : program,
          logPolicy.isPresent() ? logPolicy.get() : LogPolicy.defaults(),
          grace,
          new ManagerContext.Platform(environment, TimeSource.system(), ProcessTable.system()));
    }
  }
}
