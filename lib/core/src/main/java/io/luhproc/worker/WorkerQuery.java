package io.luhproc.worker;

import io.luhproc.LuhprocException;
import io.luhproc.directory.LaunchedCommand;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessFinder;
import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.slf4j.LoggerFactory;

/**
 * Reads the state of workers from their directories. Changes nothing.
 *
 * <p>{@link #info(ProcessKey)} runs no lambda, because most callers are cold JVMs. There, the first
 * lambda costs about 10 ms, and each further one about 1 ms.
 */
final class WorkerQuery {
  private final ManagerContext context;
  private final ProcessFinder processFinder;

  WorkerQuery(ManagerContext context) {
    this.context = context;
    this.processFinder = new ProcessFinder(context.table());
  }

  /** Returns one worker; empty if it has no directory. */
  Optional<WorkerInfo> info(ProcessKey key) {
    ProcessDirectory directory = context.root().directory(key);
    if (!context.root().exists() || !directory.exists()) {
      return Optional.empty();
    }
    Optional<ProcessRecord> record = directory.readRecord();
    if (record.isPresent()) {
      context.checkOwnership(directory, record.get(), key);
      return Optional.of(info(directory, record.get(), false));
    }
    return directory.isUsed() ? Optional.of(info(directory, key, record, false)) : Optional.empty();
  }

  /** Returns the workers of this user whose record a filter accepts. */
  List<WorkerInfo> list(Predicate<ProcessRecord> filter) {
    return list(context.root().directories(), filter);
  }

  /** Returns all workers whose directory this user may read. */
  List<WorkerInfo> listAll() {
    return list(context.root().readableDirectories(), any -> true);
  }

  private List<WorkerInfo> list(
      List<ProcessDirectory> directories, Predicate<ProcessRecord> filter) {
    List<WorkerInfo> workers = new ArrayList<>();
    for (ProcessDirectory directory : directories) {
      try {
        Optional<ProcessRecord> record = directory.readRecord();
        if (record.isPresent() && isAccepted(directory, record.get(), filter)) {
          workers.add(info(directory, record.get(), false));
        }
      } catch (LuhprocException e) {
        // One unreadable directory must not hide the others.
        LoggerFactory.getLogger(WorkerQuery.class)
            .warn("cannot list the worker in {}; leaving it out", directory, e);
      }
    }
    return workers;
  }

  private static boolean isAccepted(
      ProcessDirectory directory, ProcessRecord record, Predicate<ProcessRecord> filter) {
    return record.key().directoryName().equals(directory.name()) && filter.test(record);
  }

  /** Returns whether a worker belongs to this manager. */
  boolean belongsToManager(ProcessRecord record) {
    return ManagerContext.engineOf(record).equals(context.engine())
        && context.tasks().contains(record.key().task())
        && record.key().app().equals(context.app())
        && context.belongsToApp(record);
  }

  WorkerInfo info(ProcessDirectory directory, ProcessRecord record, boolean launched) {
    return info(directory, record.key(), Optional.of(record), launched);
  }

  /** Returns one worker. Without a record, the directory and the process provide the values. */
  private WorkerInfo info(
      ProcessDirectory directory,
      ProcessKey key,
      Optional<ProcessRecord> record,
      boolean launched) {
    Optional<ProcessStat> process = findProcess(directory, record);
    boolean alive = process.isPresent();
    return new WorkerInfo(
        key.task(),
        key.id(),
        alive ? stateOf(record) : stateOfAbsent(record),
        launched,
        hasIdentity(record) ? record.get().identity() : identityOf(process),
        directory.path(),
        directory.outLog(),
        directory.errLog(),
        record.isPresent() ? record.get().startedAt() : directory.lastModified(),
        record.isPresent() ? uptime(record.get(), alive) : Optional.empty(),
        record.isPresent() && !alive ? record.get().end() : Optional.empty(),
        rss(process),
        cpu(process),
        record.isPresent() ? record.get().classArchive() : Optional.empty(),
        record.isPresent() ? record.get().remote().map(WorkerQuery::engineRun) : Optional.empty());
  }

  private static boolean hasIdentity(Optional<ProcessRecord> record) {
    return record.isPresent() && record.get().identity().isPresent();
  }

  private Optional<ProcessIdentity> identityOf(Optional<ProcessStat> process) {
    return process.isPresent()
        ? Optional.of(context.table().identityOf(process.get()))
        : Optional.empty();
  }

  private static OptionalLong rss(Optional<ProcessStat> process) {
    return process.isPresent() ? OptionalLong.of(process.get().rssBytes()) : OptionalLong.empty();
  }

  private static Optional<Duration> cpu(Optional<ProcessStat> process) {
    return process.isPresent() ? Optional.of(process.get().cpuTime()) : Optional.empty();
  }

  private static WorkerState stateOf(Optional<ProcessRecord> record) {
    if (record.isPresent() && record.get().readyAt().isPresent()) {
      return WorkerState.READY;
    }
    boolean starting = record.isPresent() && record.get().runningAt().isEmpty();
    return starting ? WorkerState.STARTING : WorkerState.RUNNING;
  }

  /** A process of an engine is alive for all that this machine knows. */
  private static WorkerState stateOfAbsent(Optional<ProcessRecord> record) {
    boolean remote = record.isPresent() && record.get().isUnfinishedOnEngine();
    return remote ? WorkerState.LOST : WorkerState.ENDED;
  }

  private static WorkerInfo.EngineRun engineRun(ProcessRecord.Remote remote) {
    return new WorkerInfo.EngineRun(
        remote.engine(),
        remote.incarnation().isPresent() ? remote.incarnation().get() : "?",
        remote.where(),
        Optional.empty());
  }

  private Optional<Duration> uptime(ProcessRecord record, boolean alive) {
    Optional<ProcessEnd> recordedEnd = record.end();
    if (!alive && recordedEnd.isEmpty()) {
      return Optional.empty();
    }
    Instant end = alive ? context.time().now() : recordedEnd.get().time();
    Duration uptime = Duration.between(record.startedAt(), end);
    // The wall clock may have been set back.
    return Optional.of(uptime.isNegative() ? Duration.ZERO : uptime);
  }

  /** Returns the live process; one table entry provides both its identity and its usage. */
  private Optional<ProcessStat> findProcess(
      ProcessDirectory directory, Optional<ProcessRecord> record) {
    Optional<ProcessIdentity> identity =
        hasIdentity(record) ? record.get().identity() : processFinder.find(directory, record);
    return identity.isPresent() ? context.table().findAlive(identity.get()) : Optional.empty();
  }

  /**
   * Returns the options that a worker was started with.
   *
   * @throws NoSuchWorkerException if it has no directory
   * @throws StartFailedException if it has ended and was given variables, or its record is damaged
   */
  StartOptions previousOptions(ProcessKey key) {
    return previousOptions(key, info(key).orElseThrow(() -> new NoSuchWorkerException(key)));
  }

  /** Returns the options that a worker was started with, here or on an engine. */
  StartOptions previousOptions(ProcessKey key, WorkerInfo worker) {
    Optional<LaunchedCommand> command =
        ProcessDirectory.at(worker.directory()).readRecord().map(ProcessRecord::command);
    if (command.isEmpty()) {
      throw new StartFailedException(
          ("cannot restart %s with the same options: process.properties in %s is missing or"
                  + " damaged; stop it and start it with its options")
              .formatted(key, worker.directory()));
    }
    StartOptions.Builder options =
        StartOptions.builder().directory(command.get().workingDirectory());
    command.get().jvmOptions().forEach(options::jvmOption);
    command.get().removedJvmOptions().forEach(options::withoutJvmOption);
    command.get().arguments().forEach(options::argument);
    for (String name : command.get().environmentNames()) {
      options.env(name, variableValue(key, worker, name));
    }
    return options.build();
  }

  private String variableValue(ProcessKey key, WorkerInfo worker, String name) {
    return Optional.of(worker)
        .filter(it -> it.state().isAlive())
        .flatMap(WorkerInfo::identity)
        .flatMap(it -> context.table().environmentVariable(it.pid(), name))
        .orElseThrow(
            () ->
                new StartFailedException(
                    ("cannot restart %s with the same options: it has ended or runs elsewhere, and"
                            + " the value of its variable %s is not stored; start it with the"
                            + " variable")
                        .formatted(key, name)));
  }
}
