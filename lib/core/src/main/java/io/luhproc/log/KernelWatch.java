package io.luhproc.log;

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
 * reached, that is said once and asked again every ten minutes. {@link DirectoryWatch} is for one
 * directory and a thread that reads it at once.
 */
final class KernelWatch implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(KernelWatch.class);
  private static final Duration BETWEEN_TRIES = Duration.ofMinutes(10);

  private final TimeSource time;
  private final Kernel kernel;
  private final @Nullable WatchService service;
  private final CountDownLatch closed = new CountDownLatch(1);

  // Guarded by this.
  private boolean refused;
  private long refusedNanos;

  /** The ways to the kernel, each of which it may refuse. */
  @FunctionalInterface
  interface Kernel {
    WatchService open() throws IOException;

    default WatchKey register(Path directory, WatchService service) throws IOException {
      return directory.register(service, ENTRY_MODIFY);
    }
  }

  private KernelWatch(TimeSource time, Kernel kernel, @Nullable WatchService service) {
    this.time = time;
    this.kernel = kernel;
    this.service = service;
  }

  static KernelWatch open(TimeSource time) {
    return open(time, FileSystems.getDefault()::newWatchService);
  }

  static KernelWatch open(TimeSource time, Kernel kernel) {
    @Nullable WatchService service = null;
    try {
      service = kernel.open();
    } catch (IOException | UnsupportedOperationException e) {
      LOG.warn("cannot watch the directories of logs ({}); looking every few seconds", e, e);
    }
    return new KernelWatch(time, kernel, service);
  }

  /** Begins to watch for writes in a directory; null when the kernel will not tell. */
  @Nullable WatchKey register(Path directory) {
    WatchService open = service;
    if (open == null || !mayTry()) {
      return null;
    }
    try {
      WatchKey key = kernel.register(directory, open);
      noteRefusal(false);
      return key;
    } catch (ClosedWatchServiceException expected) {
      // Closed in the middle of somebody's look: nobody will wait again.
      return null;
    } catch (IOException e) {
      if (Files.isDirectory(directory) && noteRefusal(true)) {
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

  private synchronized boolean mayTry() {
    return !refused || time.nanoTime() - refusedNanos > BETWEEN_TRIES.toNanos();
  }

  /** Returns whether this is the first refusal of a bad spell. */
  private synchronized boolean noteRefusal(boolean now) {
    boolean first = now && !refused;
    refused = now;
    refusedNanos = time.nanoTime();
    return first;
  }

  /**
   * Waits until something was written.
   *
   * @return the keys of the directories, to be reset by whoever has looked; empty when the time is
   *     over, null when the watch was closed
   */
  @Nullable List<WatchKey> await(Duration longest) {
    try {
      WatchService open = service;
      if (open == null) {
        return closed.await(longest.toNanos(), TimeUnit.NANOSECONDS) ? null : List.of();
      }
      // One that was reset by a look at its time, and not yet taken from the queue, is in it twice.
      Set<WatchKey> told = new LinkedHashSet<>();
      WatchKey key = open.poll(longest.toNanos(), TimeUnit.NANOSECONDS);
      while (key != null) {
        told.add(key);
        key = open.poll();
      }
      return List.copyOf(told);
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
