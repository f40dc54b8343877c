package io.luhproc.directory;

import io.luhproc.DirectoryLockedException;
import io.luhproc.process.ProcessIdentity;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Protects the directory of a live process from cleaners of temporary directories, such as
 * tmpfiles.d(5), tmpwatch(8) and tmpreaper(8): keeps the times of its files fresh, and writes the
 * record and the pid again, from memory, if they were deleted. Without them, a start would launch a
 * second process. Thread-safe.
 *
 * <p>The interval is measured by the wall clock, because cleaners compare it with the times of
 * files: it advances during a suspend, and may be set forward by years.
 */
public final class DirectoryMaintainer {
  /** The interval between refreshes. Cleaners delete files that are days old. */
  public static final Duration REFRESH_INTERVAL = Duration.ofHours(1);

  private final ProcessDirectory directory;
  private final TimeSource time;
  private final ProcessTable table;
  private Instant refreshedAt;
  private long recordModified;
  private @Nullable ProcessRecord record;
  private boolean desiredUp;

  /**
   * Creates a maintainer of a directory.
   *
   * @param table tells whether the process is alive
   */
  public DirectoryMaintainer(ProcessDirectory directory, TimeSource time, ProcessTable table) {
    this.directory = directory;
    this.time = time;
    this.table = table;
    this.refreshedAt = Instant.ofEpochMilli(directory.path().toFile().lastModified());
  }

  /**
   * Does what is due. Costs two calls of stat(2) if nothing is.
   *
   * @throws io.luhproc.LuhprocException if a file cannot be read or written
   */
  public synchronized void run() {
    long modified = directory.recordModifiedMillis();
    if (modified != 0 && directory.hasPid()) {
      remember(modified);
    } else if (record != null && record.identity().isPresent()) {
      ProcessIdentity identity = record.identity().get();
      if (table.isAlive(identity)) {
        restore(record, identity.pid());
      }
    }
    Instant now = time.now();
    if (isStale(refreshedAt, now) && directory.exists()) {
      refreshedAt = now;
      directory.touch(now);
    }
  }

  /** Returns whether files with a time need to be refreshed, also if the clock was set back. */
  static boolean isStale(Instant time, Instant now) {
    return Duration.between(time, now).abs().compareTo(REFRESH_INTERVAL) >= 0;
  }

  /** Returns whether the directory exists or its process is alive. */
  synchronized boolean isNeeded() {
    boolean alive =
        record != null && record.identity().isPresent() && table.isAlive(record.identity().get());
    return alive || directory.path().toFile().exists();
  }

  private void remember(long modified) {
    if (modified != recordModified) {
      recordModified = modified;
      record = directory.readRecord().orElse(record);
      desiredUp = directory.isDesiredUp();
    }
  }

  /** Writes the record and the pid again, under the lock: a starter may be at work. */
  private void restore(ProcessRecord known, long pid) {
    Path root = directory.path().getParent();
    if (root != null) {
      ProcessRoot.at(root).create();
    }
    boolean ignored = directory.create();
    try {
      Optional<DirectoryLock> lock = directory.lock(Deadline.after(time, Duration.ZERO));
      if (lock.isPresent()) {
        DirectoryLock acquired = lock.get();
        try (acquired) {
          restoreWithLockHeld(known, pid);
        }
      }
    } catch (DirectoryLockedException expected) {
      // A starter or a stop is at work: look again at the next run.
    }
  }

  private void restoreWithLockHeld(ProcessRecord known, long pid) {
    Optional<ProcessRecord> current = directory.readRecord();
    if (current.isPresent() && !current.get().launchToken().equals(known.launchToken())) {
      record = null; // another launch owns the directory
      return;
    }
    if (current.isEmpty()) {
      directory.writeRecord(known);
    }
    directory.writePid(pid);
    directory.createLogFiles();
    if (desiredUp) {
      directory.writeDesiredState(true);
    }
    LoggerFactory.getLogger(DirectoryMaintainer.class)
        .warn(
            "files of the live process {} in {} were deleted, and are written again except its"
                + " logs; exclude {} from the cleaner of temporary directories",
            pid,
            directory,
            directory.path().getParent());
  }
}
