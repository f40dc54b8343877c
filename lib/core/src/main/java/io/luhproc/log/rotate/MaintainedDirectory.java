package io.luhproc.log.rotate;

import io.luhproc.log.LogPolicy;
import io.luhproc.log.LogStream;
import io.luhproc.log.file.LogFiles;
import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory of a {@link LogMaintenanceService}, with the schedule of its polls.
 *
 * <ul>
 *   <li>Every poll takes the watch off, since the kernel and this JVM would handle an event for
 *       every write. While the process writes, the maintainers are ticked at the interval they ask
 *       for.
 *   <li>Once a poll finds nothing new, inotify signals the next write. A poll every half hour finds
 *       writes that were not signalled. Without inotify, the directory is polled every 5 s.
 *   <li>After a minute without a write the maintainers are closed; only the two file sizes are
 *       kept.
 * </ul>
 *
 * <p>Every hour the directory is refreshed, its old files expire, and the lines of an earlier day
 * are rotated if the policy names files by day, even if nothing was written.
 */
final class MaintainedDirectory {
  static final Duration ACTIVE_POLL = Duration.ofSeconds(1);
  static final Duration FALLBACK_POLL = Duration.ofSeconds(5);
  static final Duration IDLE_POLL = Duration.ofMinutes(30);
  static final Duration IDLE_CLOSE_DELAY = Duration.ofMinutes(1);
  private static final Duration REFRESH_INTERVAL = Duration.ofHours(1);
  private static final Logger LOG = LoggerFactory.getLogger(MaintainedDirectory.class);

  private final Path directory;
  private final LogPolicy policy;
  private final SharedContext context;

  // Guarded by this: used by the service's thread and by callers that remove the directory.
  private @Nullable WatchKey watchKey;
  private boolean modified;
  private @Nullable List<LogMaintainer> maintainers;
  private long outSize;
  private long errSize;
  private boolean active;
  private boolean missing;
  private boolean failing;
  private boolean released;
  private long changedNanos;
  private long refreshNanos;
  // When both files were last seen empty.
  private OptionalLong emptyNanos = OptionalLong.empty();

  // Volatile suffices: only the service's thread writes it after construction.
  private volatile long dueNanos;

  /**
   * What all directories of a service share.
   *
   * @param maintenance the context of their maintainers
   * @param watcher signals writes
   * @param refresh protects a directory from tmp cleaners
   */
  record SharedContext(
      MaintenanceContext maintenance, InotifyWatcher watcher, Consumer<Path> refresh) {
    TimeSource time() {
      return maintenance.time();
    }
  }

  MaintainedDirectory(Path directory, LogPolicy policy, SharedContext context) {
    this.directory = directory;
    this.policy = policy;
    this.context = context;
    long now = context.time().nanoTime();
    this.changedNanos = now;
    updateEmptyNanos(now, sizeOf(LogStream.OUT), sizeOf(LogStream.ERR));
    // Spread over the hour, so that not all are refreshed at once.
    long seconds = Math.floorMod(directory.hashCode(), REFRESH_INTERVAL.toSeconds());
    this.refreshNanos = now + Duration.ofSeconds(seconds).toNanos();
    this.dueNanos = now;
  }

  /**
   * Starts to signal writes. Called once the service finds this directory by its path, which is all
   * that a signal has.
   */
  synchronized void startWatching() {
    if (!released && watchKey == null) {
      watchKey = context.watcher().register(directory);
    }
  }

  /** Makes the next poll due: a write was signalled, and no other will be before that poll. */
  synchronized void onModified() {
    modified = true;
    if (!active) {
      dueNanos = context.time().nanoTime();
    }
  }

  long dueNanos() {
    return dueNanos;
  }

  void setDueNanos(long nanos) {
    dueNanos = nanos;
  }

  boolean hasPolicy(LogPolicy other) {
    return policy.equals(other);
  }

  synchronized boolean isIdle() {
    return maintainers == null;
  }

  /**
   * Checks for writes and runs the maintenance that is due.
   *
   * @return the delay before the next poll, unless a write is signalled sooner
   */
  synchronized Duration poll() {
    if (released) {
      return IDLE_POLL;
    }
    try {
      Duration next = pollOrThrow();
      failing = false;
      return next;
    } catch (RuntimeException | Error e) {
      logFailure(e);
      // The write that was seen may not have been handled: do not wait for the next one.
      active = true;
      return FALLBACK_POLL;
    }
  }

  /** Logs the first failure in a row only: log lines would keep a full disk full. */
  private void logFailure(Throwable e) {
    if (!failing) {
      failing = true;
      LOG.warn("cannot maintain the logs of {}; retrying", directory, e);
    }
  }

  private Duration pollOrThrow() {
    long now = context.time().nanoTime();
    cancelWatch();
    boolean changed = updateSizes(now);
    if (detectMissing()) {
      return IDLE_CLOSE_DELAY;
    }
    boolean due = refreshIfDue(now) && (policy.name().isPresent() || hasRotatedFiles());
    Duration pause = changed || active || due ? tickMaintainers(changed) : ACTIVE_POLL;
    if (changed || hasPendingWork()) {
      modified = false;
      active = true;
      return isFailing() ? FALLBACK_POLL : pause;
    }
    return goIdle(now);
  }

  private boolean updateSizes(long now) {
    long out = sizeOf(LogStream.OUT);
    long err = sizeOf(LogStream.ERR);
    boolean changed = out != outSize || err != errSize;
    outSize = out;
    errSize = err;
    changedNanos = changed ? now : changedNanos;
    updateEmptyNanos(now, out, err);
    return changed;
  }

  private void updateEmptyNanos(long now, long out, long err) {
    if (out == 0 && err == 0) {
      emptyNanos = OptionalLong.of(now);
    }
  }

  /** Not by Files, which throws if a process never wrote to a stream, as many never do. */
  private long sizeOf(LogStream stream) {
    return directory.resolve(stream.fileName()).toFile().length();
  }

  private boolean detectMissing() {
    boolean missingNow = outSize == 0 && errSize == 0 && Files.notExists(directory);
    if (missingNow && !missing) {
      LOG.warn("{} was deleted; its logs are maintained again if it reappears", directory);
      releaseLocks();
      active = false;
    }
    missing = missingNow;
    return missingNow;
  }

  private boolean refreshIfDue(long now) {
    if (now - refreshNanos < 0) {
      return false;
    }
    long next = refreshNanos + REFRESH_INTERVAL.toNanos();
    refreshNanos = next - now > 0 ? next : now + REFRESH_INTERVAL.toNanos();
    context.refresh().accept(directory);
    return true;
  }

  /** Without rotated files nothing can expire, and no maintainer need be opened for that. */
  private boolean hasRotatedFiles() {
    return hasRotatedFiles(LogStream.OUT) || hasRotatedFiles(LogStream.ERR);
  }

  private boolean hasRotatedFiles(LogStream stream) {
    try {
      return !new LogFiles(directory, stream.prefix()).rotatedFiles().isEmpty();
    } catch (IOException expected) {
      // The maintainer meets the same failure and logs it.
      return true;
    }
  }

  /**
   * Ticks both maintainers.
   *
   * @param changed whether a file grew since the last poll; a maintainer may have seen that growth
   *     in the last tick already, so its delay does not suffice
   */
  private Duration tickMaintainers(boolean changed) {
    Duration pause = ACTIVE_POLL;
    for (LogMaintainer maintainer : openMaintainers()) {
      Duration requested = maintainer.tick();
      Duration busy = maintainer.busyDelay();
      Duration interval = changed && busy.compareTo(requested) < 0 ? busy : requested;
      pause = interval.compareTo(pause) < 0 ? interval : pause;
    }
    return pause;
  }

  private List<LogMaintainer> openMaintainers() {
    List<LogMaintainer> open = maintainers;
    if (open == null) {
      open = List.of(openMaintainer(LogStream.OUT), openMaintainer(LogStream.ERR));
      maintainers = open;
    }
    return open;
  }

  private LogMaintainer openMaintainer(LogStream stream) {
    return LogMaintainer.open(
        new LogFiles(directory, stream.prefix()), policy, context.maintenance(), emptyNanos);
  }

  private boolean hasPendingWork() {
    return maintainers != null && maintainers.stream().anyMatch(LogMaintainer::hasPendingWork);
  }

  private boolean isFailing() {
    return maintainers != null && maintainers.stream().anyMatch(LogMaintainer::isFailing);
  }

  private Duration goIdle(long now) {
    active = false;
    if (now - changedNanos >= IDLE_CLOSE_DELAY.toNanos()) {
      closeMaintainers();
    }
    if (modified) {
      // Another file of the directory was written: poll again, but not at once.
      modified = false;
      return ACTIVE_POLL;
    }
    return armWatch();
  }

  private Duration armWatch() {
    watchKey = context.watcher().register(directory);
    if (watchKey == null) {
      return FALLBACK_POLL;
    }
    // A write before the registration was not signalled.
    boolean written = sizeOf(LogStream.OUT) != outSize || sizeOf(LogStream.ERR) != errSize;
    Duration quiet = maintainers == null ? IDLE_POLL : IDLE_CLOSE_DELAY;
    return written ? Duration.ZERO : quiet;
  }

  private void cancelWatch() {
    if (watchKey != null) {
      context.watcher().cancel(watchKey);
      watchKey = null;
    }
  }

  /** Without a directory there is no index left to write to. */
  private void releaseLocks() {
    if (maintainers != null) {
      maintainers.forEach(LogMaintainer::releaseLock);
      maintainers = null;
    }
  }

  private void closeMaintainers() {
    if (maintainers != null) {
      maintainers.forEach(LogMaintainer::close);
      maintainers = null;
    }
  }

  /** Maintains what was written since the last poll and closes the maintainers. */
  synchronized void release() {
    released = true;
    cancelWatch();
    if (Files.isDirectory(directory)) {
      if (updateSizes(context.time().nanoTime())) {
        Duration ignored = tickMaintainers(false);
      }
      closeMaintainers();
    }
    releaseLocks();
  }
}
