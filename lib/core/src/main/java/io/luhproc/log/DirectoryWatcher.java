package io.luhproc.log;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import io.luhproc.time.TimeSource;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for changes in one directory, by inotify with a check every 250 ms for missed events.
 *
 * <p>If inotify is unavailable, for example because the user's limit of instances is reached, or if
 * the directory does not exist yet, it is polled every 50 ms.
 */
final class DirectoryWatcher implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(DirectoryWatcher.class);
  private static final Duration FALLBACK_POLL_INTERVAL = Duration.ofMillis(50);

  /** Interval of the checks for missed events. */
  static final Duration SAFETY_POLL_INTERVAL = Duration.ofMillis(250);

  private final Path directory;
  private final TimeSource time;

  // Written under the lock of this; close() may be called by another thread.
  private volatile @Nullable WatchService service;
  private volatile boolean closed;
  private @Nullable Object directoryKey;

  private DirectoryWatcher(Path directory, TimeSource time) {
    this.directory = directory;
    this.time = time;
  }

  /** Result of a wait. */
  enum Outcome {
    /** A file was written. */
    MODIFIED,
    /** Files may have been created or deleted. */
    ENTRIES_CHANGED,
    /** The directory was deleted or replaced. */
    GONE,
    /** The watcher was closed. */
    CLOSED
  }

  /** Starts watching: a change from now on ends the next {@link #awaitChange}. */
  static DirectoryWatcher open(Path directory, TimeSource time) {
    DirectoryWatcher watcher = new DirectoryWatcher(directory, time);
    watcher.watchIfPresent();
    return watcher;
  }

  /** The key is read first: a directory that is replaced meanwhile is noticed. */
  private synchronized void watchIfPresent() {
    directoryKey = fileKey(directory);
    if (directoryKey != null && !closed) {
      service = openWatchService(directory);
    }
  }

  private static @Nullable WatchService openWatchService(Path directory) {
    try {
      WatchService service = directory.getFileSystem().newWatchService();
      directory.register(service, ENTRY_MODIFY, ENTRY_CREATE, ENTRY_DELETE);
      return service;
    } catch (IOException e) {
      LOG.warn(
          "cannot watch {}: {}; polling it every {} instead", directory, e, FALLBACK_POLL_INTERVAL);
      return null;
    }
  }

  /** Returns null if there is no directory, or if it is being deleted. */
  private static @Nullable Object fileKey(Path directory) {
    try {
      BasicFileAttributes attributes = Files.readAttributes(directory, BasicFileAttributes.class);
      return attributes.isDirectory() ? attributes.fileKey() : null;
    } catch (IOException ignored) {
      // Missing or inaccessible.
      return null;
    }
  }

  /**
   * Waits until the directory exists. Nothing is read before: if it is deleted, that is noticed
   * only after this.
   */
  Outcome awaitDirectory() {
    try {
      while (directoryKey == null && !closed) {
        time.sleep(FALLBACK_POLL_INTERVAL);
        watchIfPresent();
      }
      return closed ? Outcome.CLOSED : Outcome.MODIFIED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Outcome.CLOSED;
    }
  }

  /** Waits for a change, at most for a duration; then the outcome is ENTRIES_CHANGED. */
  Outcome awaitChange(Duration timeout) {
    try {
      WatchService watchService = service;
      if (closed) {
        return Outcome.CLOSED;
      }
      if (watchService == null) {
        time.sleep(FALLBACK_POLL_INTERVAL);
        return checkDirectory();
      }
      WatchKey key = watchService.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
      return key == null ? checkDirectory() : processEvents(key);
    } catch (ClosedWatchServiceException expected) {
      return Outcome.CLOSED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Outcome.CLOSED;
    }
  }

  private Outcome processEvents(WatchKey key) {
    boolean onlyModified = true;
    for (WatchEvent<?> event : key.pollEvents()) {
      onlyModified &= event.kind().equals(ENTRY_MODIFY);
    }
    // Reset before the caller reads: a write during the read must signal again.
    boolean valid = key.reset();
    return valid && onlyModified ? Outcome.MODIFIED : checkDirectory();
  }

  private Outcome checkDirectory() {
    return Objects.equals(directoryKey, fileKey(directory))
        ? Outcome.ENTRIES_CHANGED
        : Outcome.GONE;
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    WatchService watchService = service;
    if (watchService != null) {
      watchService.close();
    }
  }
}
