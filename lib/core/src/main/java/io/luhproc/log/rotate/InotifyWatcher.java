package io.luhproc.log.rotate;

import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import io.luhproc.time.TimeSource;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Watches many directories with one inotify instance, so that one thread can wait for a write into
 * any of them.
 *
 * <p>If a watch cannot be registered, for example because the user's limit of inotify watches is
 * reached, this is logged once and retried after ten minutes.
 */
final class InotifyWatcher implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(InotifyWatcher.class);
  private static final Duration RETRY_INTERVAL = Duration.ofMinutes(10);

  private final TimeSource time;
  private final WatchBackend backend;
  private final @Nullable WatchService service;
  private final CountDownLatch closed = new CountDownLatch(1);

  // Guarded by this.
  private boolean failed;
  private long failedNanos;

  /** Access to inotify; a test makes it fail. */
  @FunctionalInterface
  interface WatchBackend {
    WatchService open() throws IOException;

    default WatchKey register(Path directory, WatchService service) throws IOException {
      return directory.register(service, ENTRY_MODIFY);
    }
  }

  private InotifyWatcher(TimeSource time, WatchBackend backend, @Nullable WatchService service) {
    this.time = time;
    this.backend = backend;
    this.service = service;
  }

  static InotifyWatcher open(TimeSource time) {
    return open(time, FileSystems.getDefault()::newWatchService);
  }

  static InotifyWatcher open(TimeSource time, WatchBackend backend) {
    @Nullable WatchService service = null;
    try {
      service = backend.open();
    } catch (IOException | UnsupportedOperationException e) {
      LOG.warn("cannot watch log directories: {}; polling them instead", e, e);
    }
    return new InotifyWatcher(time, backend, service);
  }

  /** Starts watching a directory for writes; returns null if this is not possible. */
  @Nullable WatchKey register(Path directory) {
    WatchService open = service;
    if (open == null || !mayRetry()) {
      return null;
    }
    try {
      WatchKey key = backend.register(directory, open);
      recordFailure(false);
      return key;
    } catch (ClosedWatchServiceException expected) {
      // Closed during a poll: no further wait follows.
      return null;
    } catch (IOException e) {
      if (Files.isDirectory(directory) && recordFailure(true)) {
        LOG.warn("cannot watch {}: {}; polling it instead", directory, e, e);
      }
      return null;
    }
  }

  /** Stops watching one directory. */
  void cancel(WatchKey key) {
    try {
      key.cancel();
    } catch (ClosedWatchServiceException expected) {
      // Closing the service cancelled all keys.
    }
  }

  private synchronized boolean mayRetry() {
    return !failed || time.nanoTime() - failedNanos > RETRY_INTERVAL.toNanos();
  }

  /** Records the outcome of a registration; returns whether it is the first failure in a row. */
  private synchronized boolean recordFailure(boolean failing) {
    boolean first = failing && !failed;
    failed = failing;
    failedNanos = time.nanoTime();
    return first;
  }

  /**
   * Waits for a write into a watched directory.
   *
   * @return the keys of the directories, to be reset by the caller after it has read them; empty
   *     after the timeout, null if the watcher was closed
   */
  @Nullable List<WatchKey> awaitModified(Duration timeout) {
    try {
      WatchService open = service;
      if (open == null) {
        return closed.await(timeout.toNanos(), TimeUnit.NANOSECONDS) ? null : List.of();
      }
      // A key that was reset by a scheduled poll before it was dequeued is in the queue twice.
      Set<WatchKey> keys = new LinkedHashSet<>();
      WatchKey key = open.poll(timeout.toNanos(), TimeUnit.NANOSECONDS);
      while (key != null) {
        keys.add(key);
        key = open.poll();
      }
      return List.copyOf(keys);
    } catch (ClosedWatchServiceException expected) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  @Override
  public void close() throws IOException {
    closed.countDown();
    if (service != null) {
      service.close();
    }
  }
}
