package io.luhproc.worker;

import io.luhproc.LuhprocException;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.engine.EngineProblem;
import io.luhproc.engine.EngineRefusedException;
import io.luhproc.engine.EngineUnavailableException;
import io.luhproc.engine.StartReply;
import io.luhproc.engine.WorkerEngine;
import io.luhproc.engine.WorkerEngines;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.log.ProcessLog;
import io.luhproc.process.Signal;
import io.luhproc.time.Deadline;
import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.time.RandomTokens;
import io.luhproc.worker.local.WorkerKeys;
import io.luhproc.worker.remote.LogMirror;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The workers of one manager on an engine. {@link EngineRecords} keeps on this machine what the
 * engine may forget.
 */
final class EngineWorkers implements Workers {
  // An engine may take that long to remove a worker that never ran.
  private static final Duration STOPPING_TIMEOUT = Duration.ofSeconds(90);
  private static final Duration LOCK_TIMEOUT = Duration.ofSeconds(30);

  private final ManagerContext context;
  private final WorkerEngine engine;
  private final EngineRecords records;
  private final EngineStopper stopper;

  EngineWorkers(ManagerContext context, WorkerEngine engine) {
    this.context = context;
    this.engine = engine;
    this.records = new EngineRecords(context, engine);
    this.stopper = new EngineStopper(context, engine, records);
  }

  /** Opens the engine of a manager. */
  static EngineWorkers open(ManagerContext context) {
    String app = context.app().orElseGet(context::programName);
    Map<String, String> environment = context.platform().environment();
    return new EngineWorkers(context, WorkerEngines.open(context.engine(), app, environment));
  }

  @Override
  public WorkerInfo start(ProcessKey key, StartOptions options) {
    return start(EngineLaunch.plan(context, key, options));
  }

  private WorkerInfo start(EngineLaunch launch) {
    ProcessKey key = launch.key();
    StartOptions options = launch.options();
    context.root().create();
    ProcessDirectory directory = context.root().directory(key);
    WorkerInfo info =
        records.withLock(key, directory, LOCK_TIMEOUT, () -> startWithLockHeld(launch, directory));
    return options.awaitReady().isPresent() ? awaitRunning(key, info, options) : info;
  }

  private WorkerInfo startWithLockHeld(EngineLaunch launch, ProcessDirectory directory) {
    ProcessKey key = launch.key();
    Optional<ProcessRecord> previous = records.readRecord(directory, key);
    Optional<WorkerStatus> current = awaitNotStopping(key);
    if (current.isPresent() && current.get().phase() != Phase.ENDED) {
      boolean ownStart = previous.filter(it -> isStartOf(it, current.get())).isPresent();
      return adopt(directory, launch, current.get(), ownStart);
    }
    current.ifPresent(it -> records.keepEndWithLockHeld(directory, it));
    Optional<String> requested = launch.options().token();
    if (requested.isPresent()
        && previous.filter(it -> isRepeated(requested.get(), it)).isPresent()) {
      return info(key).orElseThrow();
    }
    // A start whose outcome is unknown is repeated, so that it cannot become a second worker.
    String token = requested.or(() -> pendingToken(previous)).orElseGet(RandomTokens::next);
    return start(launch, directory, token, previous);
  }

  private WorkerInfo start(
      EngineLaunch launch,
      ProcessDirectory directory,
      String token,
      Optional<ProcessRecord> previous) {
    ProcessKey key = launch.key();
    directory.prepareLogFiles();
    directory.writeRecord(launch.record(token));
    try {
      StartReply reply = startWhenFree(launch, token);
      boolean own = reply.status().token().equals(token);
      return adopt(directory, launch, reply.status(), own);
    } catch (EngineRefusedException e) {
      restore(directory, previous);
      throw new StartFailedException("cannot start " + key + ": " + e.getMessage(), e);
    } catch (EngineUnavailableException e) {
      throw new StartFailedException(
          ("cannot start %s: %s; whether the engine has accepted it is unknown: start it again,"
                  + " which does not start a second one")
              .formatted(key, e.getMessage()),
          e);
    }
  }

  /** Starts a worker; repeats it while the engine is still removing the previous one. */
  private StartReply startWhenFree(EngineLaunch launch, String token) {
    Deadline deadline = Deadline.after(context.time(), STOPPING_TIMEOUT);
    StartReply reply = engine.start(launch.spec(token));
    while (reply.outcome() == StartReply.Outcome.STOPPING && !deadline.isExpired()) {
      Optional<WorkerStatus> ignored = awaitNotStopping(launch.key());
      reply = engine.start(launch.spec(token));
    }
    return reply;
  }

  /** Returns whether the engine has accepted a start with the same token, which has ended since. */
  private static boolean isRepeated(String token, ProcessRecord previous) {
    return previous.launchToken().equals(token)
        && (!isPending(previous) || previous.end().isPresent());
  }

  /** Returns whether it is unknown if the engine has accepted a start. */
  private static boolean isPending(ProcessRecord record) {
    return record.remote().isPresent() && record.remote().get().incarnation().isEmpty();
  }

  private static Optional<String> pendingToken(Optional<ProcessRecord> previous) {
    return previous
        .filter(it -> isPending(it) && it.end().isEmpty())
        .map(ProcessRecord::launchToken);
  }

  private static boolean isStartOf(ProcessRecord record, WorkerStatus status) {
    return isPending(record) && record.launchToken().equals(status.token());
  }

  private static void restore(ProcessDirectory directory, Optional<ProcessRecord> previous) {
    if (previous.isPresent()) {
      directory.writeRecord(previous.get());
    } else {
      directory.delete();
    }
  }

  /** Records the run that has the key now, whichever process started it. */
  private WorkerInfo adopt(
      ProcessDirectory directory, EngineLaunch launch, WorkerStatus status, boolean launched) {
    directory.prepareLogFiles();
    ProcessRecord record = launch.record(status.token()).withRemote(records.remote(status));
    directory.writeRecord(record);
    return records.info(directory, status, launched);
  }

  private Optional<WorkerStatus> awaitNotStopping(ProcessKey key) {
    Optional<WorkerStatus> status =
        records.awaitStatus(key, STOPPING_TIMEOUT, it -> !isIn(Phase.STOPPING, it));
    if (isIn(Phase.STOPPING, status)) {
      throw new StartFailedException(
          "cannot start %s: its previous run is still being stopped by %s after %s; try again"
              .formatted(key, context.engine(), DurationAndSizeFormat.format(STOPPING_TIMEOUT)));
    }
    return status;
  }

  private static boolean isIn(Phase phase, Optional<WorkerStatus> status) {
    return status.isPresent() && status.get().phase() == phase;
  }

  private WorkerInfo awaitRunning(ProcessKey key, WorkerInfo started, StartOptions options) {
    Duration timeout = options.awaitReady().orElseThrow();
    Optional<WorkerStatus> status =
        records.awaitStatus(key, timeout, it -> !isIn(Phase.STARTING, it));
    Optional<WorkerInfo> now =
        status.map(it -> records.info(records.directory(key), it, started.launched()));
    WorkerInfo current = now.orElse(started);
    if (isIn(Phase.STARTING, status)) {
      String detail =
          current.engine().flatMap(WorkerInfo.EngineRun::detail).map(it -> ": " + it).orElse("");
      throw new StartFailedException(
          "%s did not run within %s%s; stop it, or wait longer"
              .formatted(key, DurationAndSizeFormat.format(timeout), detail),
          current);
    }
    if (now.isEmpty() || current.end().filter(it -> it.exitCode().orElse(1) != 0).isPresent()) {
      status.ifPresent(it -> records.keepEnd(records.directory(key), it));
      throw new StartFailedException(
          "%s ended at once: %s; read its logs"
              .formatted(
                  key, current.end().map(WorkerInfo::describe).orElse("the cause is unknown")));
    }
    return current;
  }

  @Override
  public Optional<WorkerInfo> info(ProcessKey key) {
    ProcessDirectory directory = records.directory(key);
    Optional<ProcessRecord> record = records.readRecord(directory, key);
    Optional<WorkerStatus> status = engine.info(WorkerKeys.of(key));
    if (status.isPresent()) {
      records.keepEnd(directory, status.get());
      return Optional.of(records.info(directory, status.get(), false));
    }
    return record.map(it -> records.forgotten(directory, it));
  }

  @Override
  public List<WorkerInfo> list(List<String> tasks) {
    List<WorkerInfo> workers = new ArrayList<>();
    Set<String> listed = new HashSet<>();
    for (WorkerStatus status : engine.list()) {
      if (tasks.contains(status.key().task()) && status.key().app().equals(context.app())) {
        ProcessDirectory directory = records.directory(WorkerKeys.processKey(status.key()));
        boolean ignored = listed.add(directory.name());
        records.keepEnd(directory, status);
        workers.add(records.info(directory, status, false));
      }
    }
    WorkerQuery query = new WorkerQuery(context);
    for (ProcessDirectory directory : context.root().directories()) {
      if (!listed.contains(directory.name())) {
        directory
            .readRecord()
            .filter(it -> tasks.contains(it.key().task()) && query.belongsToManager(it))
            .ifPresent(it -> workers.add(records.forgotten(directory, it)));
      }
    }
    return workers;
  }

  @Override
  public ProcessLog logs(ProcessKey key) {
    ProcessDirectory directory = records.directory(key);
    Optional<WorkerStatus> status = engine.info(WorkerKeys.of(key));
    if (status.isEmpty() && records.readRecord(directory, key).isEmpty()) {
      throw new NoSuchWorkerException(key);
    }
    if (status.isPresent()) {
      context.root().create();
      boolean ignored = directory.create();
      LogMirror mirror = records.mirror(directory, status.get());
      mirror.update();
      if (status.get().phase() == Phase.ENDED) {
        records.forget(mirror);
      } else {
        mirror.follow();
      }
    }
    return ProcessLog.of(directory.path());
  }

  @Override
  public StopResult stop(ProcessKey key, StopOptions options) {
    return stopper.stop(key, options);
  }

  @Override
  public List<StopResult> stopAll(List<ProcessKey> keys, StopOptions options) {
    return keys.isEmpty() ? List.of() : ParallelStop.run(keys, key -> stop(key, options));
  }

  @Override
  public boolean signal(ProcessKey key, Signal signal) {
    throw new LuhprocException(
        "cannot send %s to %s: engine %s does not send signals; use stop, which ends the worker"
            .formatted(signal, key, context.engine()));
  }

  @Override
  public WorkerInfo restart(ProcessKey key, StartOptions start, StopOptions stop) {
    EngineLaunch planned = EngineLaunch.plan(context, key, start);
    StopResult ignored = stop(key, stop.keepingLogs());
    return start(planned);
  }

  @Override
  public StartOptions startOptions(ProcessKey key) {
    WorkerInfo worker = info(key).orElseThrow(() -> new NoSuchWorkerException(key));
    return new WorkerQuery(context).previousOptions(key, worker);
  }

  /** Ends the copying of logs, and closes the engine. */
  void close() {
    records.close();
    engine.close();
  }

  @Override
  public List<EngineProblem> engineProblems() {
    return engine.check();
  }

  @Override
  public boolean mayWrite(ProcessKey key) {
    ProcessDirectory directory = records.directory(key);
    if (records.isCopying(directory)) {
      return true;
    }
    Optional<WorkerInfo> worker = info(key);
    return worker.isPresent() && worker.get().state().isAlive();
  }
}
