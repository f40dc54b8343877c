package io.luhproc.daemon;

import io.luhproc.LuhprocException;
import io.luhproc.daemon.config.ReloadResult;
import io.luhproc.time.Threads;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Reloads a daemon at SIGHUP, on a thread of its own. Signals that arrive during a reload cause one
 * further reload together.
 */
final class HangupReloader implements AutoCloseable, SignalHandler {
  private static final Logger LOG = LoggerFactory.getLogger(Daemon.class);

  private final Supplier<ReloadResult> reload;
  private final Semaphore requests = new Semaphore(0);
  private final Thread thread = Threads.daemon("reload", this::reloadAtEachRequest);
  private final SignalHandler previous;

  private HangupReloader(Supplier<ReloadResult> reload) {
    this.reload = reload;
    previous = Signal.handle(new Signal("HUP"), this);
  }

  /**
   * Installs the handler until it is closed.
   *
   * @throws IllegalArgumentException if the JVM was started with {@code -Xrs}
   */
  static HangupReloader install(Supplier<ReloadResult> reload) {
    HangupReloader reloader = new HangupReloader(reload);
    reloader.thread.start();
    return reloader;
  }

  @Override
  public void handle(Signal signal) {
    requests.release();
  }

  private void reloadAtEachRequest() {
    try {
      while (true) {
        requests.acquire();
        int ignored = requests.drainPermits();
        reloadOnce();
      }
    } catch (InterruptedException expected) {
      // The handler was closed.
    }
  }

  private void reloadOnce() {
    try {
      LOG.info("reloaded at SIGHUP: {}", reload.get());
    } catch (LuhprocException e) {
      LOG.error("cannot reload at SIGHUP; nothing is changed: {}", e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("cannot reload at SIGHUP", e);
    }
  }

  /** Restores the previous handler. A reload that is in progress is not waited for. */
  @Override
  public void close() {
    SignalHandler ignored = Signal.handle(new Signal("HUP"), previous);
    thread.interrupt();
  }
}
