package io.luhproc.log.rotate;

import io.luhproc.log.LogPolicy;
import io.luhproc.posix.Posix;
import io.luhproc.time.Threads;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Maintains the logs of any number of process directories with one daemon thread.
 *
 * <p>An idle directory costs a poll every half hour, less than 1 KiB and no descriptor: one inotify
 * instance signals writes for all directories. The thread is a daemon because the next maintainer
 * can recover from any interruption.
 *
 * <p>As with {@link LogMaintainer}, these directories must not have another maintainer; a worker
 * maintains its own.
 */
public final class LogMaintenanceService implements AutoCloseable {
  // Polls that are not urgent are aligned to common times: waking the thread costs more than a
  // poll.
  private static final Duration SHORT_GRID = Duration.ofMillis(250);
  private static final Duration LONG_GRID = MaintainedDirectory.FALLBACK_POLL;

  private final TimeSource time;
  private final MaintainedDirectory.SharedContext context;
  private final long startNanos;
  private final Map<Path, MaintainedDirectory> directories = new ConcurrentHashMap<>();
  private final Thread thread;
  private volatile boolean closed;

  private LogMaintenanceService(MaintainedDirectory.SharedContext context) {
    this.time = context.time();
    this.context = context;
    this.startNanos = time.nanoTime();
    this.thread = Threads.daemon("log-maintenance", this::run);
  }

  /**
   * Starts a service without directories.
   *
   * @param refresh called every hour with each directory, on the service's thread, to protect it
   *     from tmp cleaners; an exception is logged, once until a call succeeds
   */
  public static LogMaintenanceService start(TimeSource time, Posix posix, Consumer<Path> refresh) {
    InotifyWatcher watcher = InotifyWatcher.open(time);
    return start(
        new MaintainedDirectory.SharedContext(
            new MaintenanceContext(time, posix, checkpoint -> {}), watcher, refresh));
  }

  static LogMaintenanceService start(MaintainedDirectory.SharedContext context) {
    LogMaintenanceService service = new LogMaintenanceService(context);
    try {
      service.thread.start();
    } catch (RuntimeException | Error e) {
      closeWatcher(context);
      throw e;
    }
    return service;
  }

  /**
   * Adds a directory, which should exist, or changes its policy. Existing files are examined within
   * 5 s. Does nothing if the directory already has this policy, or after {@link #close()}.
   */
  public void add(Path directory, LogPolicy policy) {
    @Nullable MaintainedDirectory current = directories.get(directory);
    if (current != null && current.hasPolicy(policy)) {
      return;
    }
    remove(directory);
    if (!closed) {
      MaintainedDirectory added = new MaintainedDirectory(directory, policy, context);
      directories.put(directory, added);
      added.startWatching();
    }
  }

  /**
   * Rotates and indexes what was written and removes a directory, which may be deleted afterwards.
   * Waits for the disk; does nothing if the directory was not added.
   */
  public void remove(Path directory) {
    MaintainedDirectory removed = directories.remove(directory);
    if (removed != null) {
      removed.release();
    }
  }

  private void run() {
    List<WatchKey> keys = List.of();
    while (keys != null) {
      keys.forEach(this::onModified);
      keys = context.watcher().awaitModified(runDue());
    }
  }

  private void onModified(WatchKey key) {
    @Nullable MaintainedDirectory directory = directories.get((Path) key.watchable());
    if (directory != null) {
      directory.onModified();
    }
  }

  /** Polls all directories that are due; returns the time until the next one is. */
  private Duration runDue() {
    long start = time.nanoTime();
    long nearest = start + LONG_GRID.toNanos();
    for (MaintainedDirectory directory : directories.values()) {
      if (!closed && directory.dueNanos() - start <= 0) {
        Duration pause = directory.poll();
        directory.setDueNanos(nextDueNanos(directory, pause));
      }
      nearest = Math.min(directory.dueNanos() - start, nearest - start) + start;
    }
    return Duration.ofNanos(Math.max(0, nearest - time.nanoTime()));
  }

  private long nextDueNanos(MaintainedDirectory directory, Duration pause) {
    long now = time.nanoTime();
    if (pause.compareTo(MaintainedDirectory.ACTIVE_POLL) < 0) {
      return now + pause.toNanos();
    }
    if (pause.compareTo(LONG_GRID) < 0) {
      return alignToGrid(now + pause.toNanos(), SHORT_GRID, 0);
    }
    // Each directory has its own slot in the period, so that they are not all polled at once.
    long slots = pause.dividedBy(LONG_GRID);
    long slot = Math.floorMod(System.identityHashCode(directory), slots);
    return alignToGrid(now + 1, pause, slot * LONG_GRID.toNanos());
  }

  /** Returns the first time of a grid that is not before {@code notBefore}. */
  private long alignToGrid(long notBefore, Duration grid, long offset) {
    long since = notBefore - startNanos - offset;
    return notBefore + Math.floorMod(-since, grid.toNanos());
  }

  private static void closeWatcher(MaintainedDirectory.SharedContext context) {
    try {
      context.watcher().close();
    } catch (IOException e) {
      LoggerFactory.getLogger(LogMaintenanceService.class)
          .warn("cannot close the watcher of log directories", e);
    }
  }

  /**
   * Ends the thread and removes every directory like {@link #remove(Path)}. A second call does
   * nothing.
   */
  @Override
  public void close() {
    closed = true;
    try {
      closeWatcher(context);
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    List.copyOf(directories.keySet()).forEach(this::remove);
  }
}
