package io.luhproc.worker;

import io.luhproc.DirectoryLockedException;
import io.luhproc.DirectoryRefusedException;
import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.engine.EngineProblem;
import io.luhproc.engine.WorkerEngines;
import io.luhproc.log.LogPolicy;
import io.luhproc.log.ProcessLog;
import io.luhproc.process.NotRelaunchableException;
import io.luhproc.process.Signal;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.relaunch.AppProgram;
import io.luhproc.relaunch.JvmCommand;
import io.luhproc.service.RelaunchableApp;
import io.luhproc.service.TaskLauncher;
import io.luhproc.time.DurationRange;
import io.luhproc.time.TimeSource;
import io.luhproc.worker.bootstrap.PendingLaunch;
import io.luhproc.worker.bootstrap.Platform;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Starts, finds and stops the workers of an app, and runs their tasks in them.
 *
 * <pre>{@code
 * ProcessManager pm = ProcessManager.builder().task("INDEXER", Indexer::run).build();
 * pm.check(); // first statement in main
 * pm.start("INDEXER", "main");
 * }</pre>
 *
 * <p>A worker is this app, relaunched with the variable of its task set. It outlives the process
 * that started it. There is no registry: every method reads the process directories below {@link
 * #root()}. Thread-safe, also between processes.
 *
 * @since 0.1
 */
public final class ProcessManager implements RelaunchableApp {
  private final TaskRegistry tasks;
  private final Builder settings;
  private @Nullable ManagerContext context;
  private @Nullable Workers workers;

  private ProcessManager(TaskRegistry tasks, Builder settings) {
    this.tasks = tasks;
    this.settings = settings;
  }

  /** Creates the context on first use: check() must not delay the start of the app. */
  private synchronized ManagerContext context() {
    if (context == null) {
      context = settings.newContext();
    }
    return context;
  }

  private synchronized Workers workers() {
    if (workers == null) {
      workers = Builder.newWorkers(context());
    }
    return workers;
  }

  /** Returns a builder without tasks. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Runs a task instead of the app if the variable of a task is set; call it as the first statement
   * in {@code main}, before anything that starts a worker. Every value selects the task, except an
   * empty one and {@code 0}, {@code false}, {@code no} and {@code off} in any case, which are
   * logged at level debug.
   *
   * <p>The task runs on the calling thread, either as a worker or, if the variable was set by hand,
   * in the foreground. Then the JVM exits: with code 0 if the task returns, once its non-daemon
   * threads have ended (see {@link Task#run}), or with code 1 and the stack trace on stderr if it
   * throws. In all other processes this method returns at once, also in a process that a worker
   * started and that inherited its variables.
   *
   * <p>A worker must reach the {@code check()} of the manager that launched it, with its task
   * registered: a worker in which {@code start} is called first, or whose task is not registered,
   * would run a second copy of the app. It records the reason, prints it on stderr, and exits with
   * code 1. If the manager has none of the tasks of the manager that launched the worker, this
   * method returns, and another manager has 30 s to run the task in its {@code check()}.
   *
   * <p>SIGTERM, SIGINT and SIGHUP request a stop, see {@link TaskContext}. If the task and its stop
   * hooks do not return within {@link Builder#grace(Duration)}, or at a second signal, the JVM
   * exits with code 128 + signal number. A signal that the process was started to ignore stays
   * ignored, as under nohup(1).
   */
  public void check() {
    Map<String, String> environment = System.getenv();
    if (tasks.isAnySelected(environment) || environment.containsKey(PendingLaunch.VARIABLE)) {
      new WorkerBootstrap(context()).run();
    }
  }

  /**
   * Runs a task in the foreground, on the calling thread, with the output of this process. Signals
   * work as in {@link #check()}. Returns once the non-daemon threads that were started meanwhile
   * have ended, see {@link Task#run}.
   *
   * @return the exit code: 0 if the task returned, 1 if it threw; its stack trace is on stderr
   * @throws UnknownTaskException if the task is not registered
   * @throws IllegalArgumentException if the id is invalid
   */
  public int run(String task, String id, List<String> arguments) {
    ProcessKey key = context().key(task, id);
    List<String> copy = List.copyOf(Objects.requireNonNull(arguments, "arguments"));
    return TaskRunner.runInForeground(context(), key.task(), key.id(), () -> copy);
  }

  /** Starts a worker with default options; see {@link #start(String, String, StartOptions)}. */
  public WorkerInfo start(String task, String id) {
    return start(task, id, StartOptions.defaults());
  }

  /**
   * Starts a worker: relaunches this app in a new session, with its output in files. If the worker
   * is already running, nothing is started and {@link WorkerInfo#launched()} is false. When several
   * processes call this concurrently, exactly one launches the worker.
   *
   * @param id any text of 1 to 4 096 bytes without control characters
   * @throws UnknownTaskException if the task is not registered
   * @throws IllegalArgumentException if the id is invalid, or an option selects a task
   * @throws NotRelaunchableException if the command line of this app is unknown
   * @throws DirectoryRefusedException if the root or the directory is not safe to use, or belongs
   *     to another app
   * @throws DirectoryLockedException if another call holds the worker's lock for over 30 s
   * @throws StartFailedException if it cannot be launched; with {@link
   *     StartOptions.Builder#awaitReady}, also if it ends before it is ready or is not ready in
   *     time
   */
  public WorkerInfo start(String task, String id, StartOptions options) {
    Objects.requireNonNull(options, "options");
    return workers().start(context().key(task, id), options);
  }

  /**
   * Returns a worker; empty if it has no directory, because it was never started or was stopped.
   *
   * @throws UnknownTaskException if the task is not registered
   * @throws IllegalArgumentException if the id is invalid
   * @throws DirectoryRefusedException if the directory is not safe to use, or belongs to another
   *     app
   */
  public Optional<WorkerInfo> info(String task, String id) {
    return workers().info(context().key(task, id));
  }

  /** Returns all workers of this manager's tasks, running or ended, that have a directory. */
  public List<WorkerInfo> list() {
    return workers().list(tasks.names());
  }

  /**
   * Returns all workers of one task, running or ended, that have a directory.
   *
   * @throws UnknownTaskException if the task is not registered
   */
  public List<WorkerInfo> list(String task) {
    tasks.get(Objects.requireNonNull(task, "task"));
    return workers().list(List.of(task));
  }

  /**
   * Returns all processes with a directory below {@link #root()}, including processes of other
   * apps. The superuser also gets the processes of other users.
   */
  public List<WorkerInfo> listAll() {
    return new WorkerQuery(context()).listAll();
  }

  /** Stops a worker with default options; see {@link #stop(String, String, StopOptions)}. */
  public StopResult stop(String task, String id) {
    return stop(task, id, StopOptions.defaults());
  }

  /**
   * Stops a worker with its whole process tree, and deletes its directory. Signals the tree, waits
   * for the grace period, kills what is left, and returns once no process of the tree is alive.
   * Workers that this worker started with {@code start} keep running. If no process is alive, only
   * the directory is deleted.
   *
   * @throws UnknownTaskException if the task is not registered
   * @throws IllegalArgumentException if the id is invalid
   * @throws DirectoryRefusedException if the directory is not safe to use, or belongs to another
   *     app
   * @throws DirectoryLockedException if another call holds the worker's lock until the timeout
   * @throws StopFailedException if a process is still alive at the timeout; the directory is kept
   * @throws LuhprocException if the worker calls this for itself, or the thread is interrupted
   */
  public StopResult stop(String task, String id, StopOptions options) {
    Objects.requireNonNull(options, "options");
    return workers().stop(context().key(task, id), options);
  }

  /** Stops all workers of a task; see {@link #stopAll(String, StopOptions)}. */
  public List<StopResult> stopAll(String task) {
    return stopAll(task, StopOptions.defaults());
  }

  /**
   * Stops all workers of a task concurrently, up to 256 at a time. Together they take as long as
   * the slowest. Scans of the process table are shared.
   *
   * @return one result per worker that had a directory, in no particular order
   * @throws UnknownTaskException if the task is not registered
   * @throws LuhprocException if some workers could not be stopped, after all were tried; it is the
   *     first failure, with the others suppressed
   */
  public List<StopResult> stopAll(String task, StopOptions options) {
    Objects.requireNonNull(options, "options");
    List<ProcessKey> keys =
        list(task).stream().map(worker -> context().key(task, worker.id())).toList();
    return workers().stopAll(keys, options);
  }

  /**
   * Sends a signal to the process of a worker, and not to the processes that it has started. {@link
   * #stop(String, String, StopOptions)} ends a whole tree.
   *
   * @return whether it was sent; false if the worker does not run
   * @throws UnknownTaskException if the task is not registered
   * @throws IllegalArgumentException if the id is invalid
   * @throws DirectoryRefusedException if the directory is not safe to use, or belongs to another
   *     app
   * @throws LuhprocException if permission is denied, or the thread is interrupted
   */
  public boolean signal(String task, String id, Signal signal) {
    return workers().signal(context().key(task, id), signal);
  }

  /**
   * Stops a worker and starts it with its previous arguments, JVM options, working directory and
   * environment. Starts a worker that has ended. The logs are kept.
   *
   * <p>The environment of a running worker is read from its process before the stop. Values are
   * stored in no file, so a worker that has ended gets the environment of this JVM; a warning is
   * logged with the names of the variables that it had and this JVM has not.
   *
   * @throws UnknownTaskException if the task is not registered
   * @throws NoSuchWorkerException if it has no directory: it was never started, or was stopped
   * @throws StartFailedException if it has ended and was given variables, whose values are not
   *     stored, or if its record is missing or damaged; use {@link #restart(String, String,
   *     StartOptions, StopOptions)}. Also if the program or the working directory does not exist,
   *     or the directory is not writable; it is not stopped then
   * @throws LuhprocException if {@code stop} or {@code start} fails
   */
  public WorkerInfo restart(String task, String id) {
    return restart(task, id, startOptions(task, id), StopOptions.defaults());
  }

  /**
   * Stops a worker and starts it with new options, such as changed {@link #startOptions(String,
   * String)}. The logs are kept, whatever {@link StopOptions#keepLogs()} says. The new variables
   * are added to the environment that the worker inherited, see {@link #restart(String, String)}.
   *
   * @throws StartFailedException if the program or the working directory does not exist, or the
   *     directory is not writable; the worker is not stopped then
   * @throws LuhprocException if {@code stop} or {@code start} fails
   */
  public WorkerInfo restart(String task, String id, StartOptions start, StopOptions stop) {
    ProcessKey key = context().key(task, id);
    Objects.requireNonNull(start, "start");
    Objects.requireNonNull(stop, "stop");
    return workers().restart(key, start, stop);
  }

  /**
   * Returns the options that a worker was started with, except {@link StartOptions#awaitReady()}.
   *
   * @throws UnknownTaskException if the task is not registered
   * @throws NoSuchWorkerException if it has no directory: it was never started, or was stopped
   * @throws StartFailedException if it has ended and was given variables, whose values are not
   *     stored, or if its record is missing or damaged
   */
  public StartOptions startOptions(String task, String id) {
    return workers().startOptions(context().key(task, id));
  }

  /**
   * Returns the logs of a worker, running or ended.
   *
   * @throws UnknownTaskException if the task is not registered
   * @throws NoSuchWorkerException if it has no directory: it was never started, or was stopped
   */
  public ProcessLog logs(String task, String id) {
    return workers().logs(context().key(task, id));
  }

  /**
   * Returns whether further output of a worker may appear in its logs: true while it runs. Costs no
   * request to an engine while the log is copied from there.
   *
   * @throws UnknownTaskException if the task is not registered
   */
  public boolean mayWrite(String task, String id) {
    return workers().mayWrite(context().key(task, id));
  }

  /**
   * Returns what prevents workers from running: an unreachable engine, missing rights, an unknown
   * program. Starts nothing.
   *
   * @return the problems, each with its remedy; empty if there are none, and for this machine
   */
  public List<EngineProblem> engineProblems() {
    return workers().engineProblems();
  }

  /**
   * Returns a manager of the same app whose workers run on an engine; see {@link
   * Builder#engine(String)}.
   *
   * @throws IllegalArgumentException if the address has no scheme
   */
  public ProcessManager onEngine(String address) {
    return new ProcessManager(tasks, new Builder(settings).engine(address));
  }

  /** Returns the registered tasks, in registration order. */
  public List<String> tasks() {
    return tasks.names();
  }

  /** Returns the commands that run the tasks of this app; only a supervisor needs them. */
  @Override
  public TaskLauncher taskLauncher() {
    return context();
  }

  /**
   * Returns the process directory of a worker; it need not exist.
   *
   * @throws UnknownTaskException if the task is not registered
   * @throws IllegalArgumentException if the id is invalid
   */
  public Path directory(String task, String id) {
    return context().root().directory(context().key(task, id)).path();
  }

  /** Returns the parent of the process directories; it may not exist yet. */
  public Path root() {
    return context().root().path();
  }

  /** A builder of managers. */
  public static final class Builder {
    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(10);
    private static final String ENGINE_VARIABLE = "LUHPROC_ENGINE";

    private TaskRegistry tasks = TaskRegistry.empty();
    private Optional<String> app = Optional.empty();
    private Optional<Path> root = Optional.empty();
    // Null means the program of this JVM, which check() does not need.
    private @Nullable AppProgram program;
    private final List<String> removedJvmOptions = new ArrayList<>();
    private Optional<LogPolicy> logPolicy = Optional.empty();
    private Duration grace = DEFAULT_GRACE;
    private boolean classArchive = true;
    private Optional<String> engine = Optional.empty();

    private Builder() {}

    private Builder(Builder other) {
      tasks = other.tasks;
      app = other.app;
      root = other.root;
      program = other.program;
      removedJvmOptions.addAll(other.removedJvmOptions);
      logPolicy = other.logPolicy;
      grace = other.grace;
      classArchive = other.classArchive;
      engine = other.engine;
    }

    /**
     * Registers a task under an environment variable. {@link ProcessManager#check()} runs the task
     * if the variable is set; an empty value, {@code 0}, {@code false}, {@code no} and {@code off}
     * do not count. If several variables are set, the task that was registered first runs.
     *
     * @param variable matches {@code [A-Za-z_][A-Za-z0-9_]*}, at most 200 characters
     * @throws IllegalArgumentException if the variable is invalid, reserved such as {@code PATH},
     *     or registered already
     */
    public Builder task(String variable, Task task) {
      tasks =
          tasks.with(
              Objects.requireNonNull(variable, "variable"), Objects.requireNonNull(task, "task"));
      return this;
    }

    /**
     * Sets the name of the app; default: none. Without a name, two apps with the same task and id
     * share a directory, and calls of the second app fail.
     *
     * @throws IllegalArgumentException if the name is empty, longer than 4 096 bytes, or contains
     *     control characters
     */
    public Builder app(String name) {
      app = Optional.of(ProcessKey.checkApp(Objects.requireNonNull(name, "name")));
      return this;
    }

    /**
     * Sets the main class of workers; needed only if this JVM was started by an IDE, a test runner,
     * a build tool or an app server. On the module path: {@code module/class}.
     */
    public Builder mainClass(String name) {
      program = AppProgram.ofMainClass(Objects.requireNonNull(name, "name"));
      return this;
    }

    /**
     * Sets the complete command of workers, to which their arguments are appended; default: the
     * command of this JVM, without its arguments.
     *
     * @throws IllegalArgumentException if the command is empty
     */
    public Builder command(List<String> argv) {
      program = AppProgram.of(JvmCommand.ofCommand(Objects.requireNonNull(argv, "argv")));
      return this;
    }

    /**
     * Removes the options of this JVM that begin with a prefix from all workers, see {@link
     * StartOptions.Builder#withoutJvmOption(String)}.
     *
     * @throws IllegalArgumentException if the prefix is empty
     */
    public Builder withoutJvmOption(String prefix) {
      StartOptions.checkPrefix(prefix);
      removedJvmOptions.add(prefix);
      return this;
    }

    /** Sets when logs are rotated and expire; default: 5 rotated files of 10 MiB per stream. */
    public Builder logs(LogPolicy policy) {
      logPolicy = Optional.of(Objects.requireNonNull(policy, "policy"));
      return this;
    }

    /**
     * Sets how long a task and its stop hooks may keep running after a stop request; default 10 s.
     * Then the JVM records its end and exits, at most 500 ms and at most a tenth of this earlier,
     * so that a {@code stop} with the same grace period does not kill it first.
     *
     * @throws IllegalArgumentException if it is negative or longer than 365 days
     */
    public Builder grace(Duration duration) {
      grace = DurationRange.checkOrZero("grace", duration);
      return this;
    }

    /**
     * Sets the parent of the process directories; default: {@code $LUHPROC_TMP_DIR}, else {@code
     * $TMPDIR/luhproc}, else {@code <java.io.tmpdir>/luhproc}.
     */
    public Builder root(Path directory) {
      root = Optional.of(Objects.requireNonNull(directory, "directory"));
      return this;
    }

    /**
     * Sets whether workers start from a class-data archive; default true. The first worker of a
     * program records its classes. Two seconds after {@link TaskContext#ready()}, or 10 s after its
     * start, a process of low priority makes an archive below {@code
     * ${XDG_CACHE_HOME:-~/.cache}/luhproc/archives}, which later workers use. The variable {@code
     * LUHPROC_CLASS_ARCHIVE=off} turns this off, too. {@link WorkerInfo#classArchive()} tells
     * whether a worker uses it.
     */
    public Builder classArchive(boolean enabled) {
      classArchive = enabled;
      return this;
    }

    /**
     * Sets the engine that runs the workers; default: {@code $LUHPROC_ENGINE}, else {@code local:},
     * this machine. The others are {@code k8s:NAMESPACE} and {@code slurm:PARTITION}, whose modules
     * must be on the class path.
     *
     * <p>All methods mean the same on every engine. Logs are copied to the process directory when
     * they are asked for, and at the end of a worker. {@link ProcessManager#signal} is not
     * supported; a worker counts as ready when it runs.
     *
     * @throws IllegalArgumentException if the address has no scheme
     */
    public Builder engine(String address) {
      engine = Optional.of(WorkerEngines.checkAddress(Objects.requireNonNull(address, "address")));
      return this;
    }

    /** Returns the manager. Does not access the disk. */
    public ProcessManager build() {
      return new ProcessManager(tasks, new Builder(this));
    }

    private ManagerContext newContext() {
      Map<String, String> environment = System.getenv();
      return new ManagerContext(
          tasks,
          app,
          root.isPresent() ? ProcessRoot.at(root.get()) : ProcessRoot.fromEnvironment(environment),
          (program == null ? AppProgram.currentJvm() : program).withoutOptions(removedJvmOptions),
          logPolicy.isPresent() ? logPolicy.get() : LogPolicy.defaults(),
          grace,
          classArchive,
          engineAddress(environment),
          new Platform(environment, TimeSource.system(), ProcessTable.system()));
    }

    private String engineAddress(Map<String, String> environment) {
      String fromEnvironment = environment.getOrDefault(ENGINE_VARIABLE, "");
      if (engine.isPresent() || fromEnvironment.isEmpty()) {
        return engine.isPresent() ? engine.get() : WorkerEngines.LOCAL;
      }
      return WorkerEngines.checkAddress(fromEnvironment);
    }

    private static Workers newWorkers(ManagerContext context) {
      return context.engine().equals(WorkerEngines.LOCAL)
          ? new LocalWorkers(context)
          : EngineWorkers.open(context);
    }
  }
}
