package io.luhproc.worker.bootstrap;

import io.luhproc.archive.WorkerArchive;
import io.luhproc.directory.DirectoryMaintainer;
import io.luhproc.directory.ProcessDirectory;
import io.luhproc.log.LogPolicy;
import io.luhproc.log.LogStream;
import io.luhproc.log.rotate.LogMaintainer;
import io.luhproc.posix.Posix;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.time.PeriodicThread;
import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The only library thread in a worker: rotates and indexes the logs, and refreshes the timestamps
 * of the directory, or its files if they were deleted, and makes the class archive. It runs four
 * times a second, since a task may begin to write fast at any moment, and more often only while the
 * logs grow fast.
 */
public final class WorkerMaintenanceThread implements AutoCloseable, Supplier<Duration> {
  // Lets the task run its first statements in a cold JVM without competition.
  private static final Duration INITIAL_DELAY = Duration.ofMillis(50);
  private static final Duration MAX_DELAY = Duration.ofMillis(250);

  private final TimeSource time;
  private final LogPolicy logPolicy;
  private final ProcessDirectory directory;
  private final PeriodicThread thread;
  private final TaskHost host;
  private final WorkerArchive archive;
  private final ProcessTable table;
  // Null until the first run, so that the task does not wait for its class.
  private @Nullable DirectoryMaintainer directoryMaintainer;
  private volatile List<LogMaintainer> maintainers = List.of();
  private boolean failureReported;

  /** Starts the thread, which first calls {@link TaskHost#onStarted()}. */
  public WorkerMaintenanceThread(
      TimeSource time,
      ProcessTable table,
      LogPolicy logPolicy,
      ProcessDirectory directory,
      TaskHost host,
      WorkerArchive archive) {
    this.time = time;
    this.logPolicy = logPolicy;
    this.directory = directory;
    this.host = host;
    this.archive = archive;
    this.table = table;
    this.thread = PeriodicThread.start("logs", INITIAL_DELAY, this);
  }

  private LogMaintainer openMaintainer(LogStream stream) {
    return LogMaintainer.open(directory.path(), stream, logPolicy, time, Posix.lazy());
  }

  /** Does what is due and returns the delay until the next run. */
  @Override
  public Duration get() {
    DirectoryMaintainer maintainer = directoryMaintainer;
    if (maintainer == null) {
      maintainer = new DirectoryMaintainer(directory, time, table);
      directoryMaintainer = maintainer;
      host.onStarted();
    }
    Duration delay = MAX_DELAY;
    try {
      // First, because the logs cannot be maintained without the directory.
      maintainer.run();
      for (LogMaintainer log : maintainers()) {
        Duration requested = log.tick();
        delay = requested.compareTo(delay) < 0 ? requested : delay;
      }
      archive.run();
      failureReported = false;
    } catch (RuntimeException | Error e) {
      reportOnce(e);
    }
    return delay;
  }

  /**
   * Opens the maintainers on first use, so that the task does not wait for the recovery of a
   * rotation.
   */
  private List<LogMaintainer> maintainers() {
    if (maintainers.isEmpty()) {
      maintainers = List.of(openMaintainer(LogStream.OUT), openMaintainer(LogStream.ERR));
    }
    return maintainers;
  }

  /** Logs only the first of several consecutive failures, because the disk may be full. */
  private void reportOnce(Throwable e) {
    if (!failureReported) {
      failureReported = true;
      LoggerFactory.getLogger(WorkerMaintenanceThread.class)
          .warn("cannot maintain the logs of {}; trying again", directory, e);
    }
  }

  /** Ends the thread, then closes the maintainers; opens them first if the task was very short. */
  @Override
  public void close() {
    thread.close();
    archive.close();
    maintainers().forEach(LogMaintainer::close);
  }
}
