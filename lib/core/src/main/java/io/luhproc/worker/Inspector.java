package io.luhproc.worker;

import io.luhproc.directory.Description;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessKey;
import io.luhproc.process.ProcessEnd;
import io.luhproc.process.ProcessEntry;
import io.luhproc.process.ProcessIdentity;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;

/** Reads directories and says what is known about the workers in them. Changes nothing. */
final class Inspector {
  private final Parts parts;
  private final Ownership ownership;
  private final LivingProcess living;

  Inspector(Parts parts, Ownership ownership) {
    this.parts = parts;
    this.ownership = ownership;
    this.living = new LivingProcess(parts.table());
  }

  /** Returns what is known about one worker; empty when it has no directory. */
  Optional<WorkerInfo> info(ProcessKey key) {
    ProcessDirectory directory = parts.root().directory(key);
    if (!parts.root().exists() || !directory.exists()) {
      return Optional.empty();
    }
    Optional<Description> description = directory.description();
    description.ifPresent(found -> ownership.check(directory, found, key));
    if (description.isEmpty() && !directory.isUsed()) {
      return Optional.empty();
    }
    return Optional.of(
        description.map(it -> info(directory, it, false)).orElseGet(() -> damaged(directory, key)));
  }

  /** Returns the workers whose description a filter accepts, in the order of their directories. */
  List<WorkerInfo> list(Predicate<Description> filter) {
    List<WorkerInfo> found = new ArrayList<>();
    for (ProcessDirectory directory : parts.root().directories()) {
      directory
          .description()
          .filter(it -> it.key().directoryName().equals(directory.name()))
          .filter(filter)
          .ifPresent(it -> found.add(info(directory, it, false)));
    }
    return found;
  }

  /** Returns whether a worker is one of this manager's. */
  boolean isOurs(Description description) {
    return parts.tasks().has(description.key().task())
        && description.key().app().equals(parts.app())
        && ownership.isOurs(description);
  }

  WorkerInfo info(ProcessDirectory directory, Description description, boolean launched) {
    Optional<ProcessEntry> process = process(directory, Optional.of(description));
    boolean alive = process.isPresent();
    return new WorkerInfo(
        description.key().task(),
        description.key().id(),
        alive ? stateOf(description) : WorkerState.ENDED,
        launched,
        description.identity().or(() -> process.flatMap(it -> parts.table().identify(it.pid()))),
        directory.path(),
        directory.outLog(),
        directory.errLog(),
        description.started(),
        uptime(description, alive),
        alive ? Optional.empty() : description.end(),
        process.map(it -> OptionalLong.of(it.rssBytes())).orElse(OptionalLong.empty()),
        process.map(ProcessEntry::cpuTime));
  }

  private static WorkerState stateOf(Description description) {
    if (description.ready().isPresent()) {
      return WorkerState.READY;
    }
    return description.running().isPresent() ? WorkerState.RUNNING : WorkerState.STARTING;
  }

  private Optional<Duration> uptime(Description description, boolean alive) {
    Optional<Instant> end =
        alive ? Optional.of(parts.time().now()) : description.end().map(ProcessEnd::time);
    return end.map(time -> Duration.between(description.started(), time))
        // The wall clock may have been set back since.
        .map(it -> it.isNegative() ? Duration.ZERO : it);
  }

  /** One look at the table serves both to prove that the process lives and to measure it. */
  private Optional<ProcessEntry> process(
      ProcessDirectory directory, Optional<Description> description) {
    Optional<ProcessIdentity> recorded = description.flatMap(Description::identity);
    Optional<ProcessIdentity> who =
        recorded.isPresent()
            ? recorded.filter(it -> it.bootId().equals(parts.table().bootId()))
            : living.find(directory, description);
    return who.flatMap(
        it ->
            parts
                .table()
                .find(it.pid())
                .filter(entry -> entry.startTicks() == it.startTicks() && !entry.isDead()));
  }

  private WorkerInfo damaged(ProcessDirectory directory, ProcessKey key) {
    Optional<ProcessEntry> process = process(directory, Optional.empty());
    return new WorkerInfo(
        key.task(),
        key.id(),
        process.isPresent() ? WorkerState.RUNNING : WorkerState.ENDED,
        false,
        process.flatMap(it -> parts.table().identify(it.pid())),
        directory.path(),
        directory.outLog(),
        directory.errLog(),
        directory.made(),
        Optional.empty(),
        Optional.empty(),
        process.map(it -> OptionalLong.of(it.rssBytes())).orElse(OptionalLong.empty()),
        process.map(ProcessEntry::cpuTime));
  }
}
