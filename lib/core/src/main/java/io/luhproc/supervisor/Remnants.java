package io.luhproc.supervisor;

import io.luhproc.DirectoryLockedException;
import io.luhproc.directory.DirectoryLock;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.directory.ProcessFinder;
import io.luhproc.directory.ProcessRecord;
import io.luhproc.limits.LimitReport;
import io.luhproc.process.EnvironmentNames;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What lives still of the processes of a former supervisor, as seen once, for services that are
 * added together. Looks through the whole process table only where a directory does not say all.
 */
final class Remnants {
  private static final Duration LONGEST_WAIT_FOR_LOCK = Duration.ofSeconds(10);

  private final ProcessTable table;
  private final TimeSource time;
  private final ProcessFinder living;
  private @Nullable Set<String> cookies;

  Remnants(ProcessTable table, TimeSource time) {
    this.table = table;
    this.time = time;
    this.living = new ProcessFinder(table);
  }

  /** Returns what is left of a process whose directory exists. */
  Found find(Place place, Function<Optional<ProcessIdentity>, LimitReport> limitsOf) {
    ProcessDirectory directory = place.home().directory();
    Optional<ProcessIdentity> who = process(directory);
    LimitReport limits = limitsOf.apply(who);
    Optional<ProcessRecord> description = directory.readRecord();
    Optional<Living> alive =
        who.map(
            it ->
                new Living(
                    it, description.map(ProcessRecord::startedAt).orElseGet(time::now), limits));
    return new Found(
        directory.isDesiredUp(),
        who.isPresent() ? Found.Trace.LIVING : traceOfDead(directory),
        alive,
        who.filter(it -> isStopped(table, it)).isPresent(),
        description.flatMap(ProcessRecord::end),
        Origin.of(place, description));
  }

  /** Of its tree the process itself decides: what it does is what its service does. */
  static boolean isStopped(ProcessTable table, ProcessIdentity who) {
    return table
        .find(who.pid())
        .filter(it -> it.startTicks() == who.startTicks() && it.isStopped())
        .isPresent();
  }

  private Found.Trace traceOfDead(ProcessDirectory directory) {
    boolean launched = directory.hasRecord();
    // Of one that is wanted, what is left is ended before it is started again, as after any death.
    if (launched && directory.isDesiredUp()) {
      return Found.Trace.LAUNCHED;
    }
    if (isAnythingLeft(directory)) {
      return Found.Trace.REMAINS;
    }
    return launched ? Found.Trace.LAUNCHED : Found.Trace.NOTHING;
  }

  /** Returns the process of a directory, if it lives; records who it is where that is missing. */
  private Optional<ProcessIdentity> process(ProcessDirectory directory) {
    Optional<ProcessRecord> description = directory.readRecord();
    boolean recorded = description.flatMap(ProcessRecord::identity).isPresent();
    if (!recorded && (isNeverLaunched(directory) || !isAnythingLeft(directory))) {
      return Optional.empty();
    }
    Optional<ProcessIdentity> who = living.find(directory, description);
    boolean named = who.map(ProcessIdentity::pid).equals(directory.readPid());
    if (who.isPresent() && (!recorded || !named)) {
      record(directory, who.get());
    }
    return who;
  }

  /** What lives in such a directory is a command that was to come before the process. */
  private static boolean isNeverLaunched(ProcessDirectory directory) {
    return !directory.hasRecord() && directory.readPid().isEmpty();
  }

  /** The supervisor was killed right after the launch; a task does this itself, at its start. */
  private void record(ProcessDirectory directory, ProcessIdentity who) {
    try {
      Optional<DirectoryLock> lock = directory.lock(Deadline.after(time, LONGEST_WAIT_FOR_LOCK));
      if (lock.isPresent()) {
        DirectoryLock held = lock.get();
        try (held) {
          directory
              .readRecord()
              .filter(it -> it.identity().isEmpty())
              .ifPresent(it -> directory.writeRecord(it.withIdentity(who)));
          directory.writePid(who.pid());
        }
      }
    } catch (DirectoryLockedException expected) {
      // The task itself is at it.
    }
  }

  /** Returns whether anybody lives who was started by the process of a directory, or is it. */
  private boolean isAnythingLeft(ProcessDirectory directory) {
    Set<String> known = cookies;
    if (known == null) {
      known = readCookies();
      cookies = known;
    }
    return known.contains(directory.path().toString());
  }

  private Set<String> readCookies() {
    Set<String> all = new HashSet<>();
    for (ProcessStat entry : table.all()) {
      if (ProcessIdentity.isValidPid(entry.pid())
          && !entry.isDead()
          && entry.pid() != table.currentPid()) {
        table.environmentVariable(entry.pid(), EnvironmentNames.DIRECTORY).ifPresent(all::add);
      }
    }
    return all;
  }
}
