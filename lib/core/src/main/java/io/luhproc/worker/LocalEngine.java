package io.luhproc.worker;

import io.luhproc.DirectoryLockedException;
import io.luhproc.DirectoryRefusedException;
import io.luhproc.LuhprocException;
import io.luhproc.directory.DirectoryLock;
import io.luhproc.directory.ExitRecorder;
import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessFinder;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.directory.RecordedLaunch;
import io.luhproc.engine.EngineCapability;
import io.luhproc.engine.EngineLog;
import io.luhproc.engine.EngineProblem;
import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.EngineSettings;
import io.luhproc.engine.EngineUnavailableException;
import io.luhproc.engine.PollingWatch;
import io.luhproc.engine.StartReply;
import io.luhproc.engine.StopReply;
import io.luhproc.engine.WorkerEngine;
import io.luhproc.engine.WorkerEngines;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerSpec;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.log.LogPolicy;
import io.luhproc.log.ProcessLog;
import io.luhproc.process.LaunchCommand;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.relaunch.AppProgram;
import io.luhproc.relaunch.JvmCommand;
import io.luhproc.service.TaskLauncher.TaskLaunchRequest;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import io.luhproc.worker.bootstrap.Platform;
import io.luhproc.worker.bootstrap.WorkerEnvironment;
import io.luhproc.worker.local.LocalLog;
import io.luhproc.worker.local.LocalStatus;
import io.luhproc.worker.local.WorkerKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs workers on this machine: the engine {@code local:}. It launches and stops them as {@link
 * LocalWorkers} does, in the same directories.
 *
 * <p>{@link #stop} returns before the worker has ended; threads of this engine wait for it. The log
 * of a worker that was started again contains that of its earlier runs, until it is removed. The
 * exit code is unknown if a worker was killed after the process that started it had exited.
 */
final class LocalEngine implements WorkerEngine {
  private static final Duration WATCH_INTERVAL = Duration.ofMillis(500);
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final ManagerContext context;
  private final String app;
  private final ProcessFinder processFinder;
  private final WorkerStarter starter;
  private final LocalStops stops;
  // The launches of this process whose ends are not recorded yet.
  private final Map<RecordedLaunch, ExitRecorder> launches = new ConcurrentHashMap<>();

  LocalEngine(ManagerContext context, String app) {
    this.context = context;
    this.app = app;
    this.processFinder = new ProcessFinder(context.table());
    this.starter = new WorkerStarter(context, new WorkerQuery(context));
    this.stops = new LocalStops(context);
  }

  /**
   * Opens the engine.
   *
   * @throws EngineRefusedException if it has a target
   */
  static LocalEngine open(EngineSettings settings) {
    if (!settings.target().isEmpty()) {
      throw new EngineRefusedException(
          "cannot open engine local:%s: this machine has no target; use local:"
              .formatted(settings.target()));
    }
    ManagerContext context =
        new ManagerContext(
            TaskRegistry.empty(),
            Optional.empty(),
            ProcessRoot.fromEnvironment(settings.environment()),
            AppProgram.of(JvmCommand.ofCommand(List.of(settings.app()))),
            LogPolicy.defaults(),
            GRACE,
            false,
            WorkerEngines.LOCAL,
            new Platform(settings.environment(), TimeSource.system(), ProcessTable.system()));
    return new LocalEngine(context, settings.app());
  }

  @Override
  public Set<EngineCapability> capabilities() {
    return EnumSet.of(
        EngineCapability.LOG_AFTER_END,
        EngineCapability.SEPARATE_STREAMS,
        EngineCapability.EXIT_CODE,
        EngineCapability.END_RECORD,
        EngineCapability.UNIQUE_KEY);
  }

  @Override
  public List<EngineProblem> check() {
    try {
      context.table().requireOwnNamespace("start workers");
      context.root().create();
      return List.of();
    } catch (LuhprocException e) {
      String remedy = "set " + ProcessRoot.ENVIRONMENT_VARIABLE + " to a directory of this user";
      return List.of(new EngineProblem(String.valueOf(e.getMessage()), remedy));
    }
  }

  /** Translates the exceptions of directories and processes. */
  private static <T> T call(Supplier<T> action) {
    try {
      return action.get();
    } catch (StartFailedException | DirectoryRefusedException e) {
      throw new EngineRefusedException(String.valueOf(e.getMessage()), e);
    } catch (LuhprocException e) {
      throw new EngineUnavailableException(String.valueOf(e.getMessage()), e);
    }
  }

  @Override
  public StartReply start(WorkerSpec spec) {
    return call(
        () -> {
          Optional<WorkerStatus> stopping =
              find(spec.key()).flatMap(this::status).filter(it -> it.phase() == Phase.STOPPING);
          return stopping
              .map(it -> new StartReply(StartReply.Outcome.STOPPING, it))
              .orElseGet(() -> launch(spec));
        });
  }

  private StartReply launch(WorkerSpec spec) {
    launches.values().removeIf(ExitRecorder::isDone);
    WorkerStarter.Started started = starter.start(new SpecRequest(spec, app));
    ProcessRecord record = started.record();
    if (started.recorder() != null) {
      ExitRecorder ignored = launches.put(record.launch(), started.recorder());
    }
    // Another process may have removed it since.
    WorkerStatus status = status(record).orElseGet(() -> LocalStatus.ended(record));
    return new StartReply(outcome(started, spec.token()), status);
  }

  private static StartReply.Outcome outcome(WorkerStarter.Started started, String token) {
    if (started.launched()) {
      return StartReply.Outcome.ACCEPTED;
    }
    return started.record().launchToken().equals(token)
        ? StartReply.Outcome.ALREADY_ACCEPTED
        : StartReply.Outcome.TAKEN;
  }

  private ProcessDirectory directory(ProcessKey key) {
    return context.root().directory(key);
  }

  /** Returns the record of a worker; empty if it has none, or that of another engine. */
  private Optional<ProcessRecord> find(WorkerKey workerKey) {
    ProcessKey key = WorkerKeys.processKey(workerKey);
    ProcessDirectory directory = directory(key);
    if (!context.root().exists() || !directory.exists()) {
      return Optional.empty();
    }
    Optional<ProcessRecord> record = directory.readRecord();
    record.ifPresent(it -> context.checkOwnership(directory, it, key));
    return record.filter(it -> it.remote().isEmpty());
  }

  /** Returns the status of a run; empty if it was removed or replaced meanwhile. */
  private Optional<WorkerStatus> status(ProcessRecord record) {
    ProcessDirectory directory = directory(record.key());
    Optional<ProcessIdentity> process = processFinder.find(directory, Optional.of(record));
    boolean stopping = stops.isStopping(record);
    if (process.isPresent()) {
      return Optional.of(LocalStatus.running(record.withIdentity(process.get()), stopping));
    }
    // The process has recorded its end before it exited, or its starter does so soon.
    Optional<ProcessRecord> last = readAgain(directory, record);
    if (last.isEmpty() || last.get().end().isPresent()) {
      return last.map(LocalStatus::ended);
    }
    return stopping || isEndAwaited(record)
        ? Optional.of(LocalStatus.running(last.get(), stopping))
        : statusWithoutEnd(directory, record);
  }

  /** Returns the status of a run that has no process and whose end is not recorded. */
  private Optional<WorkerStatus> statusWithoutEnd(
      ProcessDirectory directory, ProcessRecord record) {
    Optional<ProcessRecord> last;
    boolean locked = false;
    try {
      Optional<DirectoryLock> lock =
          directory.lockExisting(Deadline.after(context.time(), Duration.ZERO));
      last = readAgain(directory, record);
      lock.ifPresent(DirectoryLock::close);
    } catch (DirectoryLockedException e) {
      // It is being started or stopped.
      last = readAgain(directory, record);
      locked = true;
    }
    if (last.isEmpty()) {
      return Optional.empty();
    }
    ProcessRecord run = last.get();
    if (record.identity().isEmpty() && run.identity().isPresent()) {
      // Launched between the search for the process and this look at the record.
      return status(run);
    }
    if (locked && run.end().isEmpty()) {
      return Optional.of(
          run.identity().isEmpty() ? LocalStatus.starting(run) : LocalStatus.running(run, true));
    }
    return Optional.of(LocalStatus.ended(run));
  }

  /** Returns whether this process has launched the worker and is about to record its end. */
  private boolean isEndAwaited(ProcessRecord record) {
    ExitRecorder recorder = launches.get(record.launch());
    return recorder != null && !recorder.isDone();
  }

  private static Optional<ProcessRecord> readAgain(
      ProcessDirectory directory, ProcessRecord record) {
    return directory.readRecord().filter(it -> it.isSameLaunch(record));
  }

  @Override
  public Optional<WorkerStatus> info(WorkerKey key) {
    return call(() -> find(key).flatMap(this::status));
  }

  @Override
  public List<WorkerStatus> list() {
    return call(
        () -> {
          List<WorkerStatus> workers = new ArrayList<>();
          for (ProcessDirectory directory : context.root().directories()) {
            directory
                .readRecord()
                .filter(it -> it.key().directoryName().equals(directory.name()) && isOwn(it))
                .flatMap(this::status)
                .ifPresent(workers::add);
          }
          return workers;
        });
  }

  private boolean isOwn(ProcessRecord record) {
    return record.remote().isEmpty() && record.key().app().orElse(record.program()).equals(app);
  }

  @Override
  public StopReply stop(WorkerKey key, String incarnation, Duration grace) {
    return call(
        () -> {
          Optional<ProcessRecord> record = find(key);
          if (record.isEmpty()) {
            return StopReply.NOT_FOUND;
          }
          ProcessRecord run = record.get();
          if (!LocalStatus.isIncarnation(incarnation, run)) {
            return StopReply.OTHER_INCARNATION;
          }
          Optional<WorkerStatus> status = status(run);
          if (status.isEmpty()) {
            return StopReply.NOT_FOUND;
          }
          if (status.get().phase() == Phase.ENDED) {
            stops.remove(run);
            return StopReply.ALREADY_ENDED;
          }
          stops.begin(run, grace);
          return StopReply.ACCEPTED;
        });
  }

  @Override
  public EngineLog log(WorkerKey key, String incarnation, Optional<String> cursor, boolean follow) {
    return call(
        () -> {
          Optional<ProcessRecord> run =
              find(key).filter(it -> LocalStatus.isIncarnation(incarnation, it));
          ProcessLog log = ProcessLog.of(directory(WorkerKeys.processKey(key)).path()).both();
          return run.map(it -> LocalLog.open(log, cursor, follow, () -> endOf(it)))
              .orElseGet(() -> LocalLog.gone(log));
        });
  }

  private Optional<EngineLog.End> endOf(ProcessRecord run) {
    Optional<WorkerStatus> status =
        find(WorkerKeys.of(run.key())).filter(it -> it.isSameLaunch(run)).flatMap(this::status);
    if (status.isEmpty()) {
      return Optional.of(EngineLog.End.GONE);
    }
    return status.get().phase() == Phase.ENDED
        ? Optional.of(EngineLog.End.COMPLETE)
        : Optional.empty();
  }

  @Override
  public EngineWatch watch(Consumer<WorkerStatus> listener) {
    return PollingWatch.start(this::list, WATCH_INTERVAL, listener);
  }

  /** Waits for the stops that were accepted. */
  @Override
  public void close() {
    stops.close();
  }

  /**
   * A start as an engine is asked for it.
   *
   * @param spec the worker
   * @param app the app that it belongs to
   */
  private record SpecRequest(WorkerSpec spec, String app) implements WorkerStarter.Request {
    @Override
    public ProcessKey key() {
      return WorkerKeys.processKey(spec.key());
    }

    @Override
    public Optional<String> token() {
      return Optional.of(spec.token());
    }

    @Override
    public void check() {
      StartOptions.checkToken(spec.token());
    }

    @Override
    public Path workingDirectory() {
      return spec.directory();
    }

    @Override
    public LaunchCommand command(ProcessDirectory directory, String launchToken) {
      WorkerKey key = spec.key();
      Map<String, String> environment = new HashMap<>(spec.inherited());
      environment.putAll(spec.environment());
      TaskLaunchRequest launch =
          new TaskLaunchRequest(
              key.task(), key.id(), directory.path(), launchToken, List.of(), List.of());
      return new LaunchCommand(
          spec.command(), WorkerEnvironment.forWorker(environment, List.of(key.task()), launch));
    }

    @Override
    public LaunchCommand withArchive(LaunchCommand command) {
      return command;
    }

    @Override
    public ProcessRecord record(ProcessRecord.Launch launch, LaunchCommand command) {
      LaunchedCommand described =
          new LaunchedCommand(
              command.argv(),
              List.of(),
              List.of(),
              workingDirectory(),
              List.copyOf(spec.environment().keySet()));
      return ProcessRecord.forLaunch(key(), app, launch, described);
    }
  }
}
