package io.luhproc.log.rotate;

import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A directory is written during its first registration, which returns once the waiting thread has
 * received the signal. Waits have no timeout.
 */
final class SignalsDuringRegistration implements InotifyWatcher.WatchBackend {
  private static final int LINES = 10_000;

  private final TempLogDirectory directory;
  private final CountDownLatch waiting = new CountDownLatch(1);
  private final CountDownLatch received = new CountDownLatch(1);
  private final CountDownLatch handled = new CountDownLatch(1);
  private boolean written;

  SignalsDuringRegistration(TempLogDirectory directory) {
    this.directory = directory;
  }

  /** Waits until the thread of the service waits for a signal. */
  void awaitWaiting() throws InterruptedException {
    waiting.await();
  }

  @Override
  public WatchService open() throws IOException {
    return new EndlessWatchService(FileSystems.getDefault().newWatchService());
  }

  @Override
  public WatchKey register(Path path, WatchService service) throws IOException {
    WatchKey key = path.register(((EndlessWatchService) service).delegate, ENTRY_MODIFY);
    if (!written) {
      written = true;
      directory.writeNumberedLines(1, LINES);
      await();
    }
    return key;
  }

  private void await() throws IOException {
    try {
      received.await();
      // A thread that dropped the signal waits again; one that handles it may wait for the caller.
      boolean ignored = handled.await(100, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private final class EndlessWatchService implements WatchService {
    private final WatchService delegate;

    EndlessWatchService(WatchService delegate) {
      this.delegate = delegate;
    }

    @Override
    public WatchKey poll(long timeout, TimeUnit unit) throws InterruptedException {
      if (received.getCount() == 0) {
        handled.countDown();
      }
      waiting.countDown();
      WatchKey key = delegate.take();
      received.countDown();
      return key;
    }

    @Override
    public WatchKey poll() throws ClosedWatchServiceException {
      return delegate.poll();
    }

    @Override
    public WatchKey take() throws InterruptedException {
      return delegate.take();
    }

    @Override
    public void close() throws IOException {
      delegate.close();
    }
  }
}
