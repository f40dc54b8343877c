package io.luhproc.directory;

import io.luhproc.process.EnvironmentNames;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import java.util.Optional;
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
   * the pid file.
   */
  public Optional<ProcessIdentity> find(
      ProcessDirectory directory, Optional<ProcessRecord> record) {
    if (record.isPresent() && record.get().identity().isPresent()) {
      Optional<ProcessIdentity> recorded = record.get().identity();
      return table.isAlive(recorded.get()) ? recorded : Optional.empty();
    }
    Optional<ProcessIdentity> fromPidFile =
        directory.readPid().filter(pid -> hasMarker(pid, directory)).flatMap(table::identify);
    return fromPidFile.isPresent() ? fromPidFile : scan(directory);
  }

  private Optional<ProcessIdentity> scan(ProcessDirectory directory) {
    ProcessStat found = null;
    for (ProcessStat stat : table.all()) {
      boolean candidate = ProcessIdentity.isValidPid(stat.pid()) && !stat.isDead();
      if (candidate && isPreferred(stat, found) && hasMarker(stat.pid(), directory)) {
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

  private boolean hasMarker(long pid, ProcessDirectory directory) {
    boolean self = pid == table.currentPid();
    return !self
        && table
            .environmentVariable(pid, EnvironmentNames.DIRECTORY)
            .filter(directory.path().toString()::equals)
            .isPresent();
  }
}
