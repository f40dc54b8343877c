package io.luhproc.directory;

import io.luhproc.process.EnvironmentNames;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.LimitMarker;
import io.luhproc.procfs.ProcessTable;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/** Finds the live process of a directory, even if its record is incomplete. */
public final class ProcessFinder {
  private final ProcessTable table;

  /** Creates a finder that searches a process table. */
  public ProcessFinder(ProcessTable table) {
    this.table = table;
  }

  /**
   * Returns the live process of a directory.
   *
   * <p>The recorded identity decides. Without one (the launcher was killed before it wrote it, or
   * the record is damaged), a process with the marker of the directory is searched, beginning with
   * the pid file. In a process that has overwritten its environment, the limit marker of the record
   * decides.
   */
  public Optional<ProcessIdentity> find(
      ProcessDirectory directory, Optional<ProcessRecord> record) {
    if (record.isPresent() && record.get().identity().isPresent()) {
      Optional<ProcessIdentity> recorded = record.get().identity();
      return table.isAlive(recorded.get()) ? recorded : Optional.empty();
    }
    LongPredicate isMarked = pid -> hasMarker(pid, directory, limitMarkerOf(record));
    Optional<ProcessIdentity> fromPidFile =
        directory.readPid().filter(isMarked::test).flatMap(table::identify);
    return fromPidFile.isPresent() ? fromPidFile : scan(isMarked);
  }

  private static Optional<LimitMarker> limitMarkerOf(Optional<ProcessRecord> record) {
    return record.flatMap(ProcessRecord::limitMarker);
  }

  private Optional<ProcessIdentity> scan(LongPredicate isMarked) {
    ProcessStat found = null;
    for (ProcessStat stat : table.all()) {
      boolean candidate = ProcessIdentity.isValidPid(stat.pid()) && !stat.isDead();
      if (candidate && isPreferred(stat, found) && isMarked.test(stat.pid())) {
        found = stat;
      }
    }
    return Optional.ofNullable(found).map(ProcessStat::pid).flatMap(table::identify);
  }

  /** Prefers a session leader, then the older process: a worker leads and predates its tree. */
  private static boolean isPreferred(ProcessStat stat, @Nullable ProcessStat other) {
    if (other == null) {
      return true;
    }
    boolean isLeader = stat.sessionId() == stat.pid();
    boolean otherIsLeader = other.sessionId() == other.pid();
    return isLeader == otherIsLeader ? stat.startTicks() < other.startTicks() : isLeader;
  }

  private boolean hasMarker(
      long pid, ProcessDirectory directory, Optional<LimitMarker> limitMarker) {
    if (pid == table.currentPid()) {
      return false;
    }
    Optional<String> marker = table.environmentVariable(pid, EnvironmentNames.DIRECTORY);
    return marker.isPresent()
        ? marker.get().equals(directory.path().toString())
        : limitMarker.isPresent() && hasLimitMarker(pid, limitMarker);
  }

  /** Returns whether a process of this user has a limit marker: any other user could forge it. */
  private boolean hasLimitMarker(long pid, Optional<LimitMarker> limitMarker) {
    return table.limitMarker(pid).equals(limitMarker)
        && table.realUserId(pid).equals(table.realUserId(table.currentPid()));
  }
}
