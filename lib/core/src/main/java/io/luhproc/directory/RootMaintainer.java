package io.luhproc.directory;

import io.luhproc.LuhprocException;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.slf4j.LoggerFactory;

/**
 * Protects a locked directory and the process directories below it from cleaners of temporary
 * directories, see {@link DirectoryMaintainer}. The lock file and the pid of the holder are written
 * again if they were deleted. Confined to one thread at a time.
 */
public final class RootMaintainer {
  /** The interval between the checks of the process directories. */
  static final Duration SCAN_INTERVAL = Duration.ofMinutes(1);

  private final ProcessRoot root;
  private final DirectoryLock lock;
  private final TimeSource time;
  private final ProcessTable table;
  private final Map<Path, DirectoryMaintainer> maintainers = new HashMap<>();
  private Instant refreshedAt;
  private Deadline nextScan;
  private boolean failureReported;

  /**
   * Creates a maintainer of the directory that a lock holds.
   *
   * @param table tells which processes are alive
   */
  public RootMaintainer(ProcessRoot root, DirectoryLock lock, TimeSource time, ProcessTable table) {
    this.root = root;
    this.lock = lock;
    this.time = time;
    this.table = table;
    this.refreshedAt = Instant.ofEpochMilli(root.path().toFile().lastModified());
    this.nextScan = Deadline.after(time, Duration.ZERO);
  }

  /** Does what is due. Logs the first failure only. */
  public void run() {
    try {
      maintainRoot();
      if (nextScan.isExpired()) {
        nextScan = Deadline.after(time, SCAN_INTERVAL);
        maintainDirectories();
      }
    } catch (LuhprocException e) {
      report(e);
    }
  }

  private void report(LuhprocException e) {
    if (!failureReported) {
      LoggerFactory.getLogger(RootMaintainer.class)
          .error("cannot protect {} from cleaners of temporary directories", root.path(), e);
    }
    failureReported = true;
  }

  private void maintainDirectories() {
    for (ProcessDirectory directory : root.directories()) {
      if (!maintainers.containsKey(directory.path())) {
        maintainers.put(directory.path(), new DirectoryMaintainer(directory, time, table));
      }
    }
    maintainers.values().removeIf(it -> !it.isNeeded());
    for (DirectoryMaintainer maintainer : maintainers.values()) {
      try {
        maintainer.run();
      } catch (LuhprocException e) {
        // One unusable directory must not prevent the protection of the others.
        report(e);
      }
    }
  }

  private void maintainRoot() {
    ProcessDirectory directory = ProcessDirectory.at(root.path());
    Instant now = time.now();
    boolean ignored = directory.create();
    lock.refresh(now);
    if (!directory.hasPid()) {
      directory.writePid(table.currentPid());
    }
    if (DirectoryMaintainer.isStale(refreshedAt, now)) {
      refreshedAt = now;
      directory.touch(now);
    }
  }
}
