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
 * Keeps the logs of any number of process directories, with one daemon thread; a daemon because
 * another ward or worker can go on where it was cut off. A directory that nobody writes to costs a
 * look every half hour, less than 1 KiB and no descriptor: the kernel tells of the next write, by a
 * single inotify instance for all.
 *
 * <p>As with {@link LogMaintainer}, nobody else may keep these directories; a worker keeps its own.
 */
public final class LogMaintenanceService implements AutoCloseable {
  // Looks that may wait are due at common moments: a thread that wakes costs more than a look.
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
    this.thread = Threads.daemon("log-ward", this::run);
  }

  /**
   * Starts the thread.
   *
   * @param refresh called once an hour with each directory, on that thread, to keep it fresh; what
   *     it throws is logged, once until it works again
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
   * Begins to keep a directory, which should exist, or keeps it by another policy from now on. What
   * lies there already is looked at within 5 s. Does nothing once the ward is closed, and when it
   * is kept by this policy already.
   */
  public void add(Path directory, LogPolicy policy) {
    @Nullable MaintainedDirectory current = directories.get(directory);
    if (current != null && current.hasPolicy(policy)) {
      return;
    }
    remove(directory);
    if (!closed) {
      directories.put(directory, new MaintainedDirectory(directory, policy, context));
    }
  }

  /**
   * Keeps what was written to the end and lets go of a directory, which may be deleted then. Waits
   * for the disk; does nothing when the directory is not kept.
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

  /** Returns how long to wait before there is one due again, if the kernel tells nothing. */
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
    // Each directory has its own turn of these minutes, so that they are not looked at all at once.
    long turns = pause.dividedBy(LONG_GRID);
    long turn = Math.floorMod(System.identityHashCode(directory), turns);
    return alignToGrid(now + 1, pause, turn * LONG_GRID.toNanos());
  }

  /** Returns the first moment of a grid that is not before another. */
  private long alignToGrid(long notBefore, Duration grid, long offset) {
    long since = notBefore - startNanos - offset;
    return notBefore + Math.floorMod(-since, grid.toNanos());
  }

  private static void closeWatcher(MaintainedDirectory.SharedContext context) {
    try {
      context.watcher().close();
    } catch (IOException e) {
      LoggerFactory.getLogger(LogMaintenanceService.class)
          .warn("cannot close the watch of the logs", e);
    }
  }

  /**
   * Ends the thread and lets go of every directory, as {@link #remove(Path)} does; waits for the
   * disk. Closing again does nothing.
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
