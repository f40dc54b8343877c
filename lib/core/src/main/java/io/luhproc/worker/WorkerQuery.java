package io.luhproc.worker;

import io.luhproc.LuhprocException;
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
 * Reads directories and says what is known about the workers in them. Changes nothing.
 *
 * <p>A lambda costs a cold JVM about a millisecond, the first one ten, and whoever asks for one
 * worker is mostly a cold JVM: on that way there is none.
 */
final class WorkerQuery {
  private final ManagerContext context;
  private final AppOwnershipCheck ownership;
  private final ProcessFinder processFinder;

  WorkerQuery(ManagerContext context) {
    this.context = context;
    this.ownership = new AppOwnershipCheck(context.program());
    this.processFinder = new ProcessFinder(context.table());
  }

  /** Returns what is known about one worker; empty when it has no directory. */
  Optional<WorkerInfo> info(ProcessKey key) {
    ProcessDirectory directory = context.root().directory(key);
    if (!context.root().exists() || !directory.exists()) {
      return Optional.empty();
    }
    Optional<ProcessRecord> record = directory.readRecord();
    if (record.isPresent()) {
      ownership.check(directory, record.get(), key);
      return Optional.of(info(directory, record.get(), false));
    }
    return directory.isUsed() ? Optional.of(info(directory, key, record, false)) : Optional.empty();
  }

  /** Returns this user's workers whose description a filter accepts. */
  List<WorkerInfo> list(Predicate<ProcessRecord> filter) {
    return list(context.root().directories(), filter);
  }

  /** Returns every worker of which this user may see the directory. */
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
        // One directory that cannot be read must not hide the others.
        LoggerFactory.getLogger(WorkerQuery.class).warn("{} is left out", directory, e);
      }
    }
    return workers;
  }

  private static boolean isAccepted(
      ProcessDirectory directory, ProcessRecord record, Predicate<ProcessRecord> filter) {
    return record.key().directoryName().equals(directory.name()) && filter.test(record);
  }

  /** Returns whether a worker is one of this manager's. */
  boolean belongsToManager(ProcessRecord record) {
    return context.tasks().contains(record.key().task())
        && record.key().app().equals(context.app())
        && ownership.belongsToApp(record);
  }

  WorkerInfo info(ProcessDirectory directory, ProcessRecord record, boolean launched) {
    return info(directory, record.key(), Optional.of(record), launched);
  }

  /** Without a description, because it is damaged, what the directory and the process tell. */
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
        alive ? stateOf(record) : WorkerState.ENDED,
        launched,
        hasIdentity(record) ? record.get().identity() : identityOf(process),
        directory.path(),
        directory.outLog(),
        directory.errLog(),
        record.isPresent() ? record.get().startedAt() : directory.lastModified(),
        record.isPresent() ? uptime(record.get(), alive) : Optional.empty(),
        record.isPresent() && !alive ? record.get().end() : Optional.empty(),
        rss(process),
        cpu(process));
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

  private Optional<Duration> uptime(ProcessRecord record, boolean alive) {
    Optional<ProcessEnd> recordedEnd = record.end();
    if (!alive && recordedEnd.isEmpty()) {
      return Optional.empty();
    }
    Instant end = alive ? context.time().now() : recordedEnd.get().time();
    Duration uptime = Duration.between(record.startedAt(), end);
    // The wall clock may have been set back since.
    return Optional.of(uptime.isNegative() ? Duration.ZERO : uptime);
  }

  /** One look at the table serves both to prove that the process lives and to measure it. */
  private Optional<ProcessStat> findProcess(
      ProcessDirectory directory, Optional<ProcessRecord> record) {
    Optional<ProcessIdentity> identity =
        hasIdentity(record) ? record.get().identity() : processFinder.find(directory, record);
    return identity.isPresent() ? context.table().findAlive(identity.get()) : Optional.empty();
  }
}
