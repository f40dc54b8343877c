package io.luhproc.worker;

import io.luhproc.LuhprocException;
import io.luhproc.directory.DirectoryLock;
import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.engine.WorkerEngine;
import io.luhproc.engine.WorkerKey;
import io.luhproc.engine.WorkerStatus;
import io.luhproc.engine.WorkerStatus.Phase;
import io.luhproc.process.ProcessEnd;
import io.luhproc.time.Deadline;
import io.luhproc.worker.local.WorkerKeys;
import io.luhproc.worker.remote.LogMirror;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.LoggerFactory;

/**
 * The process directories of workers on an engine: the record of the start, the copied log, and the
 * end, which the engine may forget. The engine says what runs; a directory is never the proof of
 * it.
 */
final class EngineRecords {
  private static final Duration POLL_PAUSE = Duration.ofMillis(500);

  private final ManagerContext context;
  private final WorkerEngine engine;
  private final Map<String, LogMirror> mirrors = new ConcurrentHashMap<>();

  EngineRecords(ManagerContext context, WorkerEngine engine) {
    this.context = context;
    this.engine = engine;
  }

  ProcessDirectory directory(ProcessKey key) {
    return context.root().directory(key);
  }

  Optional<ProcessRecord> readRecord(ProcessDirectory directory, ProcessKey key) {
    if (!context.root().exists() || !directory.exists()) {
      return Optional.empty();
    }
    Optional<ProcessRecord> record = directory.readRecord();
    record.ifPresent(it -> context.checkOwnership(directory, it, key));
    return record;
  }

  <T> T withLock(ProcessKey key, ProcessDirectory directory, Duration timeout, Supplier<T> action) {
    Deadline deadline = Deadline.after(context.time(), timeout);
    do {
      boolean ignored = directory.create();
      Optional<DirectoryLock> lock = directory.lock(deadline);
      if (lock.isPresent()) {
        DirectoryLock acquired = lock.get();
        try (acquired) {
          return action.get();
        }
      }
    } while (!deadline.isExpired());
    throw new LuhprocException(
        "cannot lock the directory of " + key + ": it was deleted repeatedly; try again");
  }

  /**
   * Asks the engine for a worker until a condition holds.
   *
   * @return the last status; the condition may not hold for it if the time has elapsed
   */
  Optional<WorkerStatus> awaitStatus(
      ProcessKey key, Duration timeout, Predicate<Optional<WorkerStatus>> condition) {
    StatusPoll poll = new StatusPoll(WorkerKeys.of(key), condition);
    try {
      boolean ignored = Deadline.after(context.time(), timeout).await(poll, POLL_PAUSE);
      return poll.last;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LuhprocException("interrupted while waiting for " + key, e);
    }
  }

  /** Asks the engine, keeps what it says, and tests it. */
  private final class StatusPoll implements BooleanSupplier {
    private final WorkerKey key;
    private final Predicate<Optional<WorkerStatus>> condition;
    private Optional<WorkerStatus> last = Optional.empty();

    StatusPoll(WorkerKey key, Predicate<Optional<WorkerStatus>> condition) {
      this.key = key;
      this.condition = condition;
    }

    @Override
    public boolean getAsBoolean() {
      last = engine.info(key);
      return condition.test(last);
    }
  }

  ProcessRecord.Remote remote(WorkerStatus status) {
    return new ProcessRecord.Remote(
        context.engine(), Optional.of(status.incarnation()), status.where());
  }

  WorkerInfo info(ProcessDirectory directory, WorkerStatus status, boolean launched) {
    Optional<ProcessEnd> end = status.end().map(WorkerStatus.WorkerEnd::process);
    Instant until = end.map(ProcessEnd::time).orElseGet(context.time()::now);
    Instant since = status.started().orElse(status.created());
    return new WorkerInfo(
        status.key().task(),
        status.key().id(),
        stateOf(status.phase()),
        launched,
        Optional.empty(),
        directory.path(),
        directory.outLog(),
        directory.errLog(),
        status.created(),
        status
            .started()
            .map(it -> until.isBefore(since) ? Duration.ZERO : Duration.between(since, until)),
        end,
        OptionalLong.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(
            new WorkerInfo.EngineRun(
                context.engine(), status.incarnation(), status.where(), status.detail())));
  }

  private static WorkerState stateOf(Phase phase) {
    return switch (phase) {
      case STARTING -> WorkerState.STARTING;
      case RUNNING -> WorkerState.RUNNING;
      case STOPPING -> WorkerState.STOPPING;
      case ENDED -> WorkerState.ENDED;
      case LOST -> WorkerState.LOST;
    };
  }

  /** Returns a worker that the engine does not have any more, from its record. */
  WorkerInfo forgotten(ProcessDirectory directory, ProcessRecord record) {
    ProcessRecord ended = record;
    if (record.end().isEmpty()) {
      ended =
          record.withEnd(
              ProcessEnd.ofReason(
                  context.time().now(), "unknown: " + context.engine() + " has no record of it"));
    }
    return new WorkerQuery(context).info(directory, ended, false);
  }

  /** Keeps the end and the log of a run that the directory is about; the engine may forget them. */
  void keepEnd(ProcessDirectory directory, WorkerStatus status) {
    if (status.phase() != Phase.ENDED
        || !directory.exists()
        || findUnended(directory, status).isEmpty()) {
      return;
    }
    try {
      Optional<DirectoryLock> lock =
          directory.lockExisting(Deadline.after(context.time(), Duration.ZERO));
      if (lock.isPresent()) {
        DirectoryLock acquired = lock.get();
        try (acquired) {
          keepEndWithLockHeld(directory, status);
        }
      }
    } catch (LuhprocException e) {
      // Another call has the lock, and keeps the end itself; or the log comes with the next call.
      LoggerFactory.getLogger(ProcessManager.class).debug("cannot keep an end", e);
    }
  }

  /** Returns the record of a run that has ended and whose end it does not have yet. */
  private static Optional<ProcessRecord> findUnended(
      ProcessDirectory directory, WorkerStatus status) {
    return status.phase() == Phase.ENDED
        ? directory
            .readRecord()
            .filter(it -> it.end().isEmpty() && it.launchToken().equals(status.token()))
        : Optional.empty();
  }

  /** Keeps the end and the log like {@link #keepEnd}, for a caller that has the lock. */
  void keepEndWithLockHeld(ProcessDirectory directory, WorkerStatus status) {
    Optional<ProcessRecord> record = findUnended(directory, status);
    if (record.isPresent()) {
      LogMirror mirror = mirror(directory, status);
      mirror.update();
      forget(mirror);
      ProcessEnd end = status.end().orElseThrow().process();
      directory.writeRecord(record.get().withRemote(remote(status)).withEnd(end));
    }
  }

  /** Returns the record of a run that another machine has started. */
  ProcessRecord recordOfOther(WorkerStatus status) {
    LaunchedCommand unknown =
        new LaunchedCommand(List.of(), List.of(), List.of(), Path.of("/"), List.of());
    ProcessRecord.Launch launch = new ProcessRecord.Launch(status.token(), status.created());
    return ProcessRecord.forLaunch(
            WorkerKeys.processKey(status.key()), context.programName(), launch, unknown)
        .withRemote(remote(status));
  }

  LogMirror mirror(ProcessDirectory directory, WorkerStatus status) {
    return mirrors.computeIfAbsent(
        directory.name() + " " + status.incarnation(),
        ignored ->
            new LogMirror(
                engine,
                status.key(),
                status.incarnation(),
                directory,
                context.logPolicy().forProcess(status.key().task()),
                context.time()));
  }

  /** Returns whether the log of the run that a directory is about is being copied. */
  boolean isCopying(ProcessDirectory directory) {
    return mirrors.entrySet().stream()
        .anyMatch(
            it -> it.getKey().startsWith(directory.name() + " ") && it.getValue().isCopying());
  }

  /** Closes all mirrors. */
  void close() {
    List.copyOf(mirrors.values()).forEach(this::forget);
  }

  /** Closes a mirror that is not needed any more. */
  void forget(LogMirror mirror) {
    mirror.close();
    boolean ignored = mirrors.values().remove(mirror);
  }
}
