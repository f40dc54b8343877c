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
 * <p>If inotify is unavailable, for example because the user's limit of instances is reached, the
 * directory is polled every 50 ms.
 */
final class DirectoryWatcher implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(DirectoryWatcher.class);
  private static final long SAFETY_POLL_MILLIS = 250;
  private static final Duration FALLBACK_POLL_INTERVAL = Duration.ofMillis(50);

  private final Path directory;
  private final TimeSource time;
  private final @Nullable Object directoryKey;
  private final @Nullable WatchService service;
  private volatile boolean closed;

  private DirectoryWatcher(Path directory, TimeSource time, @Nullable WatchService service) {
    this.directory = directory;
    this.time = time;
    this.service = service;
    this.directoryKey = fileKey(directory);
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

  /** Starts watching: a change from now on ends the next {@link #awaitChange()}. */
  static DirectoryWatcher open(Path directory, TimeSource time) {
    return new DirectoryWatcher(directory, time, openWatchService(directory));
  }

  private static @Nullable WatchService openWatchService(Path directory) {
    if (!Files.isDirectory(directory)) {
      return null;
    }
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

  private static @Nullable Object fileKey(Path directory) {
    try {
      return Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
    } catch (IOException ignored) {
      // Deleted, or being deleted.
      return null;
    }
  }

  /** Waits for a change, at most 250 ms. */
  Outcome awaitChange() {
    try {
      WatchService watchService = service;
      if (closed) {
        return Outcome.CLOSED;
      }
      if (watchService == null) {
        time.sleep(FALLBACK_POLL_INTERVAL);
        return checkDirectory();
      }
      WatchKey key = watchService.poll(SAFETY_POLL_MILLIS, TimeUnit.MILLISECONDS);
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
    boolean same = directoryKey != null && Objects.equals(directoryKey, fileKey(directory));
    return same ? Outcome.ENTRIES_CHANGED : Outcome.GONE;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    if (service != null) {
      service.close();
    }
  }
}
