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
 * Many directories watched by one service of the kernel, so that one thread can wait for a write
 * into any. Where the kernel refuses, as when the user's limit of inotify instances or watches is
 * reached, that is said once and asked again every ten minutes. {@code DirectoryWatcher} is for one
 * directory and a thread that reads it at once.
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

  /** The ways to the kernel, each of which it may refuse. */
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
      LOG.warn("cannot watch the directories of logs ({}); looking every few seconds", e, e);
    }
    return new InotifyWatcher(time, backend, service);
  }

  /** Begins to watch for writes in a directory; null when the kernel will not tell. */
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
      // Closed in the middle of somebody's look: nobody will wait again.
      return null;
    } catch (IOException e) {
      if (Files.isDirectory(directory) && recordFailure(true)) {
        LOG.warn("cannot watch {} ({}); looking at it every few seconds instead", directory, e, e);
      }
      return null;
    }
  }

  /** Ends the watching of one directory. */
  void cancel(WatchKey key) {
    try {
      key.cancel();
    } catch (ClosedWatchServiceException expected) {
      // All of them ended with it.
    }
  }

  private synchronized boolean mayRetry() {
    return !failed || time.nanoTime() - failedNanos > RETRY_INTERVAL.toNanos();
  }

  /** Returns whether this is the first refusal of a bad spell. */
  private synchronized boolean recordFailure(boolean failing) {
    boolean first = failing && !failed;
    failed = failing;
    failedNanos = time.nanoTime();
    return first;
  }

  /**
   * Waits until something was written.
   *
   * @return the keys of the directories, to be reset by whoever has looked; empty when the time is
   *     over, null when the watch was closed
   */
  @Nullable List<WatchKey> awaitModified(Duration timeout) {
    try {
      WatchService open = service;
      if (open == null) {
        return closed.await(timeout.toNanos(), TimeUnit.NANOSECONDS) ? null : List.of();
      }
      // One that was reset by a look at its time, and not yet taken from the queue, is in it twice.
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
