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
 * Waits for changes in one directory: told by the kernel, and looking four times a second in case
 * it was not. Where the kernel tells nothing, as when the user's limit of inotify instances is
 * reached, it looks twenty times a second.
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

  /** What was seen. */
  enum Outcome {
    /** A file was written. */
    MODIFIED,
    /** Files may have come or gone. */
    ENTRIES_CHANGED,
    /** The directory is no longer the one that it was. */
    GONE,
    /** The watch was closed. */
    CLOSED
  }

  /** Begins to watch: what changes from now on ends the next {@link #awaitChange()}. */
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
          "cannot watch {} ({}); looking every {} instead", directory, e, FALLBACK_POLL_INTERVAL);
      return null;
    }
  }

  private static @Nullable Object fileKey(Path directory) {
    try {
      return Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
    } catch (IOException ignored) {
      // Gone, or about to be: it has no identity.
      return null;
    }
  }

  /** Waits until something changed, at most a quarter of a second. */
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
    // Before reading: what is written while we read must signal again.
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
