package io.luhproc.log;

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
 * One directory whose logs a {@link LogWard} keeps, and when to look at it again.
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
final class WardedDirectory {
  static final Duration BRIEF = Duration.ofSeconds(1);
  static final Duration UNWATCHED = Duration.ofSeconds(5);
  static final Duration WATCHED = Duration.ofMinutes(30);
  static final Duration LINGER = Duration.ofMinutes(1);
  private static final Duration FRESHNESS = Duration.ofHours(1);
  private static final Logger LOG = LoggerFactory.getLogger(WardedDirectory.class);

  private final Path directory;
  private final LogPolicy policy;
  private final Tools tools;

  // Guarded by this. Written by the ward's thread, and by whoever removes the directory.
  private @Nullable WatchKey key;
  private boolean told;
  private @Nullable List<LogKeeper> keepers;
  private long outSize;
  private long errSize;
  private boolean lively;
  private boolean gone;
  private boolean failing;
  private boolean removed;
  private long changedNanos;
  private long refreshNanos;

  // Volatile, as only the ward's thread changes it.
  private volatile long dueNanos;

  /**
   * What all directories of a ward share.
   *
   * @param keeper for their keepers
   * @param watch tells of writes
   * @param refresh keeps a directory fresh
   */
  record Tools(KeeperTools keeper, KernelWatch watch, Consumer<Path> refresh) {
    TimeSource time() {
      return keeper.time();
    }
  }

  WardedDirectory(Path directory, LogPolicy policy, Tools tools) {
    this.directory = directory;
    this.policy = policy;
    this.tools = tools;
    long now = tools.time().nanoTime();
    this.changedNanos = now;
    // Not all at the same moment of the hour, and each sooner than in an hour.
    long seconds = Math.floorMod(directory.hashCode(), FRESHNESS.toSeconds());
    this.refreshNanos = now + Duration.ofSeconds(seconds).toNanos();
    this.dueNanos = now;
    this.key = tools.watch().register(directory);
  }

  /** Remembers that the kernel told of a write: it will not tell of another before our look. */
  synchronized void tell() {
    told = true;
    if (!lively) {
      dueNanos = tools.time().nanoTime();
    }
  }

  long dueNanos() {
    return dueNanos;
  }

  void dueAt(long nanos) {
    dueNanos = nanos;
  }

  boolean isKeptBy(LogPolicy other) {
    return policy.equals(other);
  }

  synchronized boolean isQuiet() {
    return keepers == null;
  }

  /**
   * Looks whether something was written and does what is due.
   *
   * @return how long to wait before the next look, unless the kernel tells of a write sooner
   */
  synchronized Duration look() {
    if (removed) {
      return WATCHED;
    }
    try {
      Duration next = lookOrThrow();
      failing = false;
      return next;
    } catch (RuntimeException | Error e) {
      report(e);
      // What was seen to be written, and perhaps not kept, must not wait for the next write.
      lively = true;
      return UNWATCHED;
    }
  }

  /** Once for each bad spell: a disk that is full would otherwise be filled by our complaints. */
  private void report(Throwable e) {
    if (!failing) {
      failing = true;
      LOG.warn("cannot keep the logs of {}; trying again", directory, e);
    }
  }

  private Duration lookOrThrow() {
    long now = tools.time().nanoTime();
    drain();
    boolean changed = measure(now);
    if (isGone()) {
      return LINGER;
    }
    boolean due = refreshIfDue(now) && hasParts();
    Duration pause = changed || lively || due ? tick() : BRIEF;
    if (changed || hasMore() || pause.compareTo(BRIEF) < 0) {
      return stayLively(changed, pause);
    }
    return rest(now);
  }

  /** Before the sizes are read: what is written after that must be told of again. */
  private void drain() {
    if (key != null) {
      key.pollEvents();
    }
  }

  private boolean measure(long now) {
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

  private boolean isGone() {
    boolean now = outSize == 0 && errSize == 0 && Files.notExists(directory);
    if (now && !gone) {
      LOG.warn("{} is gone; its logs are kept again when it is back", directory);
      // Not closed: there is nowhere to note the time of the last lines.
      keepers = null;
      lively = false;
      unwatch();
    }
    gone = now;
    return now;
  }

  private boolean refreshIfDue(long now) {
    if (now - refreshNanos < 0) {
      return false;
    }
    long next = refreshNanos + FRESHNESS.toNanos();
    refreshNanos = next - now > 0 ? next : now + FRESHNESS.toNanos();
    tools.refresh().accept(directory);
    return true;
  }

  /** Which may have to expire; where there are none, no keeper need be opened. */
  private boolean hasParts() {
    return hasParts(LogStream.OUT) || hasParts(LogStream.ERR);
  }

  private boolean hasParts(LogStream stream) {
    try {
      return !new LogFiles(directory, stream).parts().isEmpty();
    } catch (IOException expected) {
      // The keeper will find the same, and say so.
      return true;
    }
  }

  private Duration tick() {
    Duration pause = BRIEF;
    for (LogKeeper keeper : openKeepers()) {
      Duration wanted = keeper.tick();
      pause = wanted.compareTo(pause) < 0 ? wanted : pause;
    }
    return pause;
  }

  private List<LogKeeper> openKeepers() {
    List<LogKeeper> open = keepers;
    if (open == null) {
      open = List.of(open(LogStream.OUT), open(LogStream.ERR));
      keepers = open;
    }
    return open;
  }

  private LogKeeper open(LogStream stream) {
    return LogKeeper.open(new LogFiles(directory, stream), policy, tools.keeper());
  }

  private boolean hasMore() {
    return keepers != null && keepers.stream().anyMatch(LogKeeper::hasMore);
  }

  private boolean isFailing() {
    return keepers != null && keepers.stream().anyMatch(LogKeeper::isFailing);
  }

  private Duration stayLively(boolean changed, Duration pause) {
    if (lively && changed) {
      // It is written to all the time: the kernel need not tell us of each write meanwhile.
      unwatch();
    }
    lively = true;
    return isFailing() ? UNWATCHED : pause;
  }

  private Duration rest(long now) {
    lively = false;
    if (now - changedNanos >= LINGER.toNanos()) {
      closeKeepers();
    }
    if (told) {
      // Something else in the directory is being written, which must not keep us busy.
      told = false;
      return BRIEF;
    }
    return awaitKernel();
  }

  private Duration awaitKernel() {
    WatchKey old = key;
    if (old != null && old.reset()) {
      return keepers == null ? WATCHED : LINGER;
    }
    key = tools.watch().register(directory);
    // What was written before it was registered has to be looked for.
    return key == null ? UNWATCHED : Duration.ZERO;
  }

  private void unwatch() {
    if (key != null) {
      tools.watch().cancel(key);
      key = null;
    }
  }

  private void closeKeepers() {
    if (keepers != null) {
      keepers.forEach(LogKeeper::close);
      keepers = null;
    }
  }

  /** Keeps what was written since the last look and gives the files back. */
  synchronized void remove() {
    removed = true;
    unwatch();
    if (Files.isDirectory(directory)) {
      if (measure(tools.time().nanoTime())) {
        Duration ignored = tick();
      }
      closeKeepers();
    }
    keepers = null;
  }
}
