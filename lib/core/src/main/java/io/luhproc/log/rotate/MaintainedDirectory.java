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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One directory whose logs a {@link LogMaintenanceService} keeps, and when to look at it again.
 *
 * <ul>
 *   <li>While it is written to, its keepers are ticked as they ask for it, and the kernel is not
 *       asked to tell of writes: it would tell of each.
 *   <li>Once a tick finds nothing new, the kernel tells of the next write, and a look every half
 *       hour is only in case that it did not. Where it does not, there is a look every five
 *       seconds.
 *   <li>After a minute without a write the keepers are closed: what is left is the two sizes.
 * </ul>
 *
 * <p>Once an hour it is kept fresh, and its old parts expire though nothing was written.
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

  // Guarded by this. Written by the ward's thread, and by whoever removes the directory.
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

  // Volatile, as only the ward's thread changes it.
  private volatile long dueNanos;

  /**
   * What all directories of a ward share.
   *
   * @param maintenance for their keepers
   * @param watcher tells of writes
   * @param refresh keeps a directory fresh
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
    // Not all at the same moment of the hour, and each sooner than in an hour.
    long seconds = Math.floorMod(directory.hashCode(), REFRESH_INTERVAL.toSeconds());
    this.refreshNanos = now + Duration.ofSeconds(seconds).toNanos();
    this.dueNanos = now;
    this.watchKey = context.watcher().register(directory);
  }

  /** Remembers that the kernel told of a write: it will not tell of another before our look. */
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
   * Looks whether something was written and does what is due.
   *
   * @return how long to wait before the next look, unless the kernel tells of a write sooner
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
      // What was seen to be written, and perhaps not kept, must not wait for the next write.
      active = true;
      return FALLBACK_POLL;
    }
  }

  /** Once for each bad spell: a disk that is full would otherwise be filled by our complaints. */
  private void logFailure(Throwable e) {
    if (!failing) {
      failing = true;
      LOG.warn("cannot keep the logs of {}; trying again", directory, e);
    }
  }

  private Duration pollOrThrow() {
    long now = context.time().nanoTime();
    drainEvents();
    boolean changed = updateSizes(now);
    if (detectMissing()) {
      return IDLE_CLOSE_DELAY;
    }
    boolean due = refreshIfDue(now) && hasRotatedFiles();
    Duration pause = changed || active || due ? tickMaintainers() : ACTIVE_POLL;
    if (changed || hasPendingWork() || pause.compareTo(ACTIVE_POLL) < 0) {
      return stayActive(changed, pause);
    }
    return goIdle(now);
  }

  /** Before the sizes are read: what is written after that must be told of again. */
  private void drainEvents() {
    if (watchKey != null) {
      watchKey.pollEvents();
    }
  }

  private boolean updateSizes(long now) {
    long out = sizeOf(LogStream.OUT);
    long err = sizeOf(LogStream.ERR);
    boolean changed = out != outSize || err != errSize;
    outSize = out;
    errSize = err;
    changedNanos = changed ? now : changedNanos;
    return changed;
  }

  /** Not by Files, which throws for the many processes that never wrote to one of the two. */
  private long sizeOf(LogStream stream) {
    return directory.resolve(stream.fileName()).toFile().length();
  }

  private boolean detectMissing() {
    boolean missingNow = outSize == 0 && errSize == 0 && Files.notExists(directory);
    if (missingNow && !missing) {
      LOG.warn("{} is gone; its logs are kept again when it is back", directory);
      // Not closed: there is nowhere to note the time of the last lines.
      maintainers = null;
      active = false;
      cancelWatch();
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

  /** Which may have to expire; where there are none, no keeper need be opened. */
  private boolean hasRotatedFiles() {
    return hasRotatedFiles(LogStream.OUT) || hasRotatedFiles(LogStream.ERR);
  }

  private boolean hasRotatedFiles(LogStream stream) {
    try {
      return !new LogFiles(directory, stream).rotatedFiles().isEmpty();
    } catch (IOException expected) {
      // The keeper will find the same, and say so.
      return true;
    }
  }

  private Duration tickMaintainers() {
    Duration pause = ACTIVE_POLL;
    for (LogMaintainer maintainer : openMaintainers()) {
      Duration interval = maintainer.tick();
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
    return LogMaintainer.open(new LogFiles(directory, stream), policy, context.maintenance());
  }

  private boolean hasPendingWork() {
    return maintainers != null && maintainers.stream().anyMatch(LogMaintainer::hasPendingWork);
  }

  private boolean isFailing() {
    return maintainers != null && maintainers.stream().anyMatch(LogMaintainer::isFailing);
  }

  private Duration stayActive(boolean changed, Duration pause) {
    if (active && changed) {
      // It is written to all the time: the kernel need not tell us of each write meanwhile.
      cancelWatch();
    }
    active = true;
    return isFailing() ? FALLBACK_POLL : pause;
  }

  private Duration goIdle(long now) {
    active = false;
    if (now - changedNanos >= IDLE_CLOSE_DELAY.toNanos()) {
      closeMaintainers();
    }
    if (modified) {
      // Something else in the directory is being written, which must not keep us busy.
      modified = false;
      return ACTIVE_POLL;
    }
    return armWatch();
  }

  private Duration armWatch() {
    WatchKey registered = watchKey;
    if (registered != null && registered.reset()) {
      return maintainers == null ? IDLE_POLL : IDLE_CLOSE_DELAY;
    }
    watchKey = context.watcher().register(directory);
    // What was written before it was registered has to be looked for.
    return watchKey == null ? FALLBACK_POLL : Duration.ZERO;
  }

  private void cancelWatch() {
    if (watchKey != null) {
      context.watcher().cancel(watchKey);
      watchKey = null;
    }
  }

  private void closeMaintainers() {
    if (maintainers != null) {
      maintainers.forEach(LogMaintainer::close);
      maintainers = null;
    }
  }

  /** Keeps what was written since the last look and gives the files back. */
  synchronized void release() {
    released = true;
    cancelWatch();
    if (Files.isDirectory(directory)) {
      if (updateSizes(context.time().nanoTime())) {
        Duration ignored = tickMaintainers();
      }
      closeMaintainers();
    }
    maintainers = null;
  }
}
