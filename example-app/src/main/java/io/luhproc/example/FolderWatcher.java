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
 * Watches directories for changes. One thread uses it; {@link #close()} may be called by another.
 *
 * <p>After a rename, a watch still reports the old path, because inotify watches the inode and the
 * JDK returns the same key for it. The caller must pass the old path to {@link #removeAll} before
 * it adds the new one.
 */
final class FolderWatcher implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(FolderWatcher.class);

  /** A burst of changes ends after this time without a change. */
  private static final Duration QUIET_PERIOD = Duration.ofMillis(100);

  /** Maximum length of a burst, for a process that writes all the time. */
  private static final Duration MAX_BURST = Duration.ofSeconds(2);

  private final WatchService service;
  private final Clock clock;
  private final Map<Path, WatchKey> keys = new HashMap<>();
  private boolean watchLimitReached;

  private FolderWatcher(WatchService service, Clock clock) {
    this.service = service;
    this.clock = clock;
  }

  /** Creates a watcher without directories, for the file system of a folder. */
  static FolderWatcher open(Path folder, Clock clock) throws IOException {
    return new FolderWatcher(folder.getFileSystem().newWatchService(), clock);
  }

  /**
   * A burst of changes.
   *
   * @param createdOrDeleted files and directories that were created, deleted or renamed
   * @param modified files and directories whose content or attributes changed
   * @param overflow whether events were lost, so that anything may have changed
   */
  record Changes(Set<Path> createdOrDeleted, Set<Path> modified, boolean overflow) {}

  /** Watches a directory. Logs one warning if the system has no more watches. */
  void add(Path directory) {
    if (keys.containsKey(directory)) {
      return;
    }
    try {
      keys.put(directory, register(directory));
    } catch (NoSuchFileException | NotDirectoryException expected) {
      LOG.debug("{} is already gone", directory);
    } catch (IOException e) {
      if (!watchLimitReached) {
        LOG.warn(
            "cannot watch {}: {}; changes there are found only by the next crawl;"
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

  /** Removes the watches on paths that are gone, and on all directories under them. */
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

  /** Returns the number of watched directories. */
  int directoryCount() {
    return keys.size();
  }

  /**
   * Waits for a burst of changes.
   *
   * @return empty if there was none in time, or the watcher was closed
   */
  Optional<Changes> awaitChanges(Duration timeout) throws InterruptedException {
    try {
      WatchKey key = service.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return key == null ? Optional.empty() : Optional.of(collect(key));
    } catch (ClosedWatchServiceException expected) {
      // Another thread has closed the watcher to end the wait.
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
