package io.luhproc.example;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches directories for changes. Used by one thread, but for {@link #close()}, which ends a wait.
 *
 * <p>A watch follows its directory when that is renamed and goes on to tell the old path (inotify
 * watches the inode, and the JDK gives the same key again for it). So who learns that a path is
 * gone must say so to {@link #removeAll}, before the new path is added.
 */
final class FolderWatcher implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(FolderWatcher.class);

  /** Changes come in bursts: they are collected until none came for so long. */
  private static final Duration QUIET_PERIOD = Duration.ofMillis(100);

  /** ... but not longer than this, as somebody may write all the time. */
  private static final Duration MAX_BURST = Duration.ofSeconds(2);

  private final WatchService service;
  private final Clock clock;
  private final Map<Path, WatchKey> keys = new HashMap<>();
  private boolean watchLimitReached;

  private FolderWatcher(WatchService service, Clock clock) {
    this.service = service;
    this.clock = clock;
  }

  /** Opens a watch on nothing yet, in the file system of a folder. */
  static FolderWatcher open(Path folder, Clock clock) throws IOException {
    return new FolderWatcher(folder.getFileSystem().newWatchService(), clock);
  }

  /**
   * What has changed.
   *
   * @param createdOrDeleted files and directories that were created, deleted or renamed
   * @param modified files and directories that were written to, or the attributes of which changed
   * @param overflow whether there were too many to tell: everything may have changed
   */
  record Changes(Set<Path> createdOrDeleted, Set<Path> modified, boolean overflow) {}

  /** Watches a directory. Where the system has no more watches to give, it says so once. */
  void add(Path directory) {
    if (keys.containsKey(directory)) {
      return;
    }
    try {
      keys.put(directory, register(directory));
    } catch (NoSuchFileException | NotDirectoryException expected) {
      LOG.debug("{} is gone already", directory);
    } catch (IOException e) {
      if (!watchLimitReached) {
        LOG.warn(
            "cannot watch {} ({}): changes in what is not watched are found by the next walk only;"
                + " on Linux, raise fs.inotify.max_user_watches",
            directory,
            e.getMessage());
      }
      watchLimitReached = true;
    }
  }

  private WatchKey register(Path directory) throws IOException {
    return directory.register(
        service,
        StandardWatchEventKinds.ENTRY_CREATE,
        StandardWatchEventKinds.ENTRY_MODIFY,
        StandardWatchEventKinds.ENTRY_DELETE);
  }

  /** Returns whether a directory is watched. */
  boolean isWatching(Path directory) {
    return keys.containsKey(directory);
  }

  /** Ends the watches on paths that are gone, and on everything that was under them. */
  void removeAll(Set<Path> paths) {
    if (paths.isEmpty()) {
      return;
    }
    keys.entrySet()
        .removeIf(
            entry -> {
              boolean isUnder = isUnder(entry.getKey(), paths);
              if (isUnder) {
                entry.getValue().cancel();
              }
              return isUnder;
            });
  }

  private static boolean isUnder(Path path, Set<Path> paths) {
    for (Path ancestor = path; ancestor != null; ancestor = ancestor.getParent()) {
      if (paths.contains(ancestor)) {
        return true;
      }
    }
    return false;
  }

  /** Returns how many directories are watched. */
  int directoryCount() {
    return keys.size();
  }

  /**
   * Waits for changes, and collects those that come close together.
   *
   * @return empty when there was none in time, or the watch was closed
   */
  Optional<Changes> awaitChanges(Duration timeout) throws InterruptedException {
    try {
      WatchKey key = service.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return key == null ? Optional.empty() : Optional.of(collect(key));
    } catch (ClosedWatchServiceException expected) {
      // Closing is how another thread ends the wait.
      return Optional.empty();
    }
  }

  private Changes collect(WatchKey first) throws InterruptedException {
    Set<Path> createdOrDeleted = new HashSet<>();
    Set<Path> modified = new HashSet<>();
    boolean overflow = false;
    Instant end = clock.instant().plus(MAX_BURST);
    @Nullable WatchKey key = first;
    while (key != null) {
      Path directory = (Path) key.watchable();
      for (WatchEvent<?> event : key.pollEvents()) {
        overflow |= event.kind() == StandardWatchEventKinds.OVERFLOW;
        if (event.context() instanceof Path name) {
          boolean isWrite = event.kind() == StandardWatchEventKinds.ENTRY_MODIFY;
          (isWrite ? modified : createdOrDeleted).add(directory.resolve(name));
        }
      }
      if (!key.reset()) {
        createdOrDeleted.add(directory);
      }
      boolean withinBurst = clock.instant().isBefore(end);
      key = withinBurst ? service.poll(QUIET_PERIOD.toMillis(), TimeUnit.MILLISECONDS) : null;
    }
    modified.removeAll(createdOrDeleted);
    return new Changes(createdOrDeleted, modified, overflow);
  }

  @Override
  public void close() throws IOException {
    service.close();
  }
}
