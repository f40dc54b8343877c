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
final class Inspector {
  private final Parts parts;
  private final Ownership ownership;
  private final ProcessFinder living;

  Inspector(Parts parts) {
    this.parts = parts;
    this.ownership = new Ownership(parts.program());
    this.living = new ProcessFinder(parts.table());
  }

  /** Returns what is known about one worker; empty when it has no directory. */
  Optional<WorkerInfo> info(ProcessKey key) {
    ProcessDirectory directory = parts.root().directory(key);
    if (!parts.root().exists() || !directory.exists()) {
      return Optional.empty();
    }
    Optional<ProcessRecord> description = directory.readRecord();
    if (description.isPresent()) {
      ownership.check(directory, description.get(), key);
      return Optional.of(info(directory, description.get(), false));
    }
    return directory.isUsed()
        ? Optional.of(info(directory, key, description, false))
        : Optional.empty();
  }

  /** Returns this user's workers whose description a filter accepts. */
  List<WorkerInfo> list(Predicate<ProcessRecord> filter) {
    return list(parts.root().directories(), filter);
  }

  /** Returns every worker of which this user may see the directory. */
  List<WorkerInfo> listAll() {
    return list(parts.root().readableDirectories(), any -> true);
  }

  private List<WorkerInfo> list(
      List<ProcessDirectory> directories, Predicate<ProcessRecord> filter) {
    List<WorkerInfo> found = new ArrayList<>();
    for (ProcessDirectory directory : directories) {
      try {
        Optional<ProcessRecord> description = directory.readRecord();
        if (description.isPresent() && isDescribed(directory, description.get(), filter)) {
          found.add(info(directory, description.get(), false));
        }
      } catch (LuhprocException e) {
        // One directory that cannot be read must not hide the others.
        LoggerFactory.getLogger(Inspector.class).warn("{} is left out", directory, e);
      }
    }
    return found;
  }

  private static boolean isDescribed(
      ProcessDirectory directory, ProcessRecord description, Predicate<ProcessRecord> filter) {
    return description.key().directoryName().equals(directory.name()) && filter.test(description);
  }

  /** Returns whether a worker is one of this manager's. */
  boolean isOurs(ProcessRecord description) {
    return parts.tasks().has(description.key().task())
        && description.key().app().equals(parts.app())
        && ownership.isOurs(description);
  }

  WorkerInfo info(ProcessDirectory directory, ProcessRecord description, boolean launched) {
    return info(directory, description.key(), Optional.of(description), launched);
  }

  /** Without a description, because it is damaged, what the directory and the process tell. */
  private WorkerInfo info(
      ProcessDirectory directory, ProcessKey key, Optional<ProcessRecord> known, boolean launched) {
    Optional<ProcessStat> process = process(directory, known);
    boolean alive = process.isPresent();
    return new WorkerInfo(
        key.task(),
        key.id(),
        alive ? stateOf(known) : WorkerState.ENDED,
        launched,
        isIdentified(known) ? known.get().identity() : identity(process),
        directory.path(),
        directory.outLog(),
        directory.errLog(),
        known.isPresent() ? known.get().startedAt() : directory.lastModified(),
        known.isPresent() ? uptime(known.get(), alive) : Optional.empty(),
        known.isPresent() && !alive ? known.get().end() : Optional.empty(),
        rss(process),
        cpu(process));
  }

  private static boolean isIdentified(Optional<ProcessRecord> known) {
    return known.isPresent() && known.get().identity().isPresent();
  }

  private Optional<ProcessIdentity> identity(Optional<ProcessStat> process) {
    return process.isPresent()
        ? Optional.of(parts.table().identityOf(process.get()))
        : Optional.empty();
  }

  private static OptionalLong rss(Optional<ProcessStat> process) {
    return process.isPresent() ? OptionalLong.of(process.get().rssBytes()) : OptionalLong.empty();
  }

  private static Optional<Duration> cpu(Optional<ProcessStat> process) {
    return process.isPresent() ? Optional.of(process.get().cpuTime()) : Optional.empty();
  }

  private static WorkerState stateOf(Optional<ProcessRecord> known) {
    if (known.isPresent() && known.get().readyAt().isPresent()) {
      return WorkerState.READY;
    }
    boolean starting = known.isPresent() && known.get().runningAt().isEmpty();
    return starting ? WorkerState.STARTING : WorkerState.RUNNING;
  }

  private Optional<Duration> uptime(ProcessRecord description, boolean alive) {
    Optional<ProcessEnd> known = description.end();
    if (!alive && known.isEmpty()) {
      return Optional.empty();
    }
    Instant end = alive ? parts.time().now() : known.get().time();
    Duration uptime = Duration.between(description.startedAt(), end);
    // The wall clock may have been set back since.
    return Optional.of(uptime.isNegative() ? Duration.ZERO : uptime);
  }

  /** One look at the table serves both to prove that the process lives and to measure it. */
  private Optional<ProcessStat> process(ProcessDirectory directory, Optional<ProcessRecord> known) {
    Optional<ProcessIdentity> who =
        isIdentified(known) ? known.get().identity() : living.find(directory, known);
    return who.isPresent() ? parts.table().findAlive(who.get()) : Optional.empty();
  }
}
