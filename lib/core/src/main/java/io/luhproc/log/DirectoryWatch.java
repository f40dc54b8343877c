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
final class DirectoryWatch implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(DirectoryWatch.class);
  private static final long NET_MILLIS = 250;
  private static final Duration WITHOUT_KERNEL = Duration.ofMillis(50);

  private final Path directory;
  private final TimeSource time;
  private final @Nullable Object identity;
  private final @Nullable WatchService service;
  private volatile boolean closed;

  private DirectoryWatch(Path directory, TimeSource time, @Nullable WatchService service) {
    this.directory = directory;
    this.time = time;
    this.service = service;
    this.identity = identity(directory);
  }

  /** What was seen. */
  enum Seen {
    /** A file was written. */
    WRITTEN,
    /** Files may have come or gone. */
    LISTING,
    /** The directory is no longer the one that it was. */
    GONE,
    /** The watch was closed. */
    CLOSED
  }

  /** Begins to watch: what changes from now on ends the next {@link #await()}. */
  static DirectoryWatch open(Path directory, TimeSource time) {
    return new DirectoryWatch(directory, time, watching(directory));
  }

  private static @Nullable WatchService watching(Path directory) {
    if (!Files.isDirectory(directory)) {
      return null;
    }
    try {
      WatchService service = directory.getFileSystem().newWatchService();
      directory.register(service, ENTRY_MODIFY, ENTRY_CREATE, ENTRY_DELETE);
      return service;
    } catch (IOException e) {
      LOG.warn("cannot watch {} ({}); looking every {} instead", directory, e, WITHOUT_KERNEL);
      return null;
    }
  }

  private static @Nullable Object identity(Path directory) {
    try {
      return Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
    } catch (IOException ignored) {
      // Gone, or about to be: it has no identity.
      return null;
    }
  }

  /** Waits until something changed, at most a quarter of a second. */
  Seen await() {
    try {
      WatchService kernel = service;
      if (closed) {
        return Seen.CLOSED;
      }
      if (kernel == null) {
        time.sleep(WITHOUT_KERNEL);
        return look();
      }
      WatchKey key = kernel.poll(NET_MILLIS, TimeUnit.MILLISECONDS);
      return key == null ? look() : take(key);
    } catch (ClosedWatchServiceException expected) {
      return Seen.CLOSED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Seen.CLOSED;
    }
  }

  private Seen take(WatchKey key) {
    boolean onlyWritten = true;
    for (WatchEvent<?> event : key.pollEvents()) {
      onlyWritten &= event.kind().equals(ENTRY_MODIFY);
    }
    // Before reading: what is written while we read must signal again.
    boolean valid = key.reset();
    return valid && onlyWritten ? Seen.WRITTEN : look();
  }

  private Seen look() {
    boolean same = identity != null && Objects.equals(identity, identity(directory));
    return same ? Seen.LISTING : Seen.GONE;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    if (service != null) {
      service.close();
    }
  }
}
