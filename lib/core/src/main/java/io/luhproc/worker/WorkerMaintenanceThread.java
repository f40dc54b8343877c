package io.luhproc.worker;

import io.luhproc.directory.ProcessDirectory;
import io.luhproc.log.LogStream;
import io.luhproc.log.rotate.LogMaintainer;
import io.luhproc.posix.Posix;
import io.luhproc.time.Deadline;
import io.luhproc.time.PeriodicThread;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The one thread of ours in a worker: rotates the logs, keeps their index, and keeps the directory
 * fresh. It wakes once a second, more often only while the logs grow fast.
 */
final class WorkerMaintenanceThread implements AutoCloseable, Supplier<Duration> {
  // So that a cold JVM is the task's alone until its first statements.
  private static final Duration INITIAL_DELAY = Duration.ofMillis(50);
  private static final Duration MAX_DELAY = Duration.ofSeconds(1);
  // Tmp cleaners look at ages of days; an hour leaves room for a machine that sleeps.
  private static final Duration REFRESH_INTERVAL = Duration.ofHours(1);

  private final ManagerContext context;
  private final ProcessDirectory directory;
  private final PeriodicThread thread;
  private final TaskHost host;
  private @Nullable Deadline nextRefresh;
  private volatile List<LogMaintainer> maintainers = List.of();
  private boolean failureReported;

  private WorkerMaintenanceThread(
      ManagerContext context, ProcessDirectory directory, TaskHost host) {
    this.context = context;
    this.directory = directory;
    this.host = host;
    this.thread = PeriodicThread.start("keeper", INITIAL_DELAY, this);
  }

  /**
   * Starts the thread.
   *
   * @param host hears from it that the task has begun
   */
  static WorkerMaintenanceThread start(
      ManagerContext context, ProcessDirectory directory, TaskHost host) {
    return new WorkerMaintenanceThread(context, directory, host);
  }

  private LogMaintainer openMaintainer(LogStream stream) {
    return LogMaintainer.open(
        directory.path(), stream, context.logPolicy(), context.time(), Posix.lazy());
  }

  /** Does what is due and returns the pause until the next time. */
  @Override
  public Duration get() {
    if (nextRefresh == null) {
      nextRefresh = Deadline.after(context.time(), REFRESH_INTERVAL);
      host.onStarted();
    }
    Duration delay = MAX_DELAY;
    try {
      for (LogMaintainer maintainer : maintainers()) {
        Duration requested = maintainer.tick();
        delay = requested.compareTo(delay) < 0 ? requested : delay;
      }
      if (nextRefresh.isExpired()) {
        nextRefresh = Deadline.after(context.time(), REFRESH_INTERVAL);
        directory.touch(context.time().now());
      }
      failureReported = false;
    } catch (RuntimeException | Error e) {
      reportOnce(e);
    }
    return delay;
  }

  /** Not before the task begins: it need not wait for what a killed keeper left to be mended. */
  private List<LogMaintainer> maintainers() {
    if (maintainers.isEmpty()) {
      maintainers = List.of(openMaintainer(LogStream.OUT), openMaintainer(LogStream.ERR));
    }
    return maintainers;
  }

  /** Once for each bad spell: a disk that is full would otherwise be filled by our complaints. */
  private void reportOnce(Throwable e) {
    if (!failureReported) {
      failureReported = true;
      LoggerFactory.getLogger(WorkerMaintenanceThread.class)
          .warn("cannot keep the logs of {}", directory, e);
    }
  }

  /** Ends the thread, then gives the files back, also those of a task that was faster than it. */
  @Override
  public void close() {
    thread.close();
    maintainers().forEach(LogMaintainer::close);
  }
}
