package io.luhproc.directory;

import io.luhproc.process.EnvironmentNames;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds the living process of a directory, also when what is recorded of it is not whole. */
public final class ProcessFinder {
  private final ProcessTable table;

  /** Creates one that looks into a process table. */
  public ProcessFinder(ProcessTable table) {
    this.table = table;
  }

  /**
   * Returns the living process. The recorded identity decides; without one (the starter was killed
   * before it wrote it, or the description is damaged) the process must carry our cookie.
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
    ProcessStat first = null;
    for (ProcessStat entry : table.all()) {
      boolean candidate = ProcessIdentity.isValidPid(entry.pid()) && !entry.isDead();
      if (candidate && isPreferred(entry, first) && hasMarker(entry.pid(), directory)) {
        first = entry;
      }
    }
    return Optional.ofNullable(first).map(ProcessStat::pid).flatMap(table::identify);
  }

  /** The worker leads its session, and is older than all that it started. */
  private static boolean isPreferred(ProcessStat entry, @Nullable ProcessStat other) {
    if (other == null) {
      return true;
    }
    boolean isLeader = entry.sessionId() == entry.pid();
    boolean otherIsLeader = other.sessionId() == other.pid();
    return isLeader == otherIsLeader ? entry.startTicks() < other.startTicks() : isLeader;
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
