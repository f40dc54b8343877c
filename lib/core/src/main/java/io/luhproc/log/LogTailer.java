package io.luhproc.log;

import io.luhproc.time.TimeSource;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers lines to a listener as they are written: the body of a subscription's thread. */
final class LogTailer implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(LogTailer.class);
  private static final Duration IDLE_POLL_INTERVAL = Duration.ofMillis(50);

  private final DirectoryWatcher watcher;
  private final MergedLineReader lines;
  private final LogListener listener;
  private final IdleDelay idleDelay;
  private volatile boolean stopped;
  private boolean failing;

  LogTailer(
      DirectoryWatcher watcher, MergedLineReader lines, LogListener listener, IdleDelay idleDelay) {
    this.watcher = watcher;
    this.lines = lines;
    this.listener = listener;
    this.idleDelay = idleDelay;
  }

  /**
   * When an incomplete last line is delivered.
   *
   * @param time the clock
   * @param delay the time for which the file has not grown
   */
  record IdleDelay(TimeSource time, Duration delay) {}

  /** Returns the position before the first line; valid before this runs. */
  LogPosition startPosition() {
    return lines.startPosition();
  }

  @Override
  public void run() {
    try (lines;
        watcher) {
      DirectoryWatcher.Outcome outcome = watcher.awaitDirectory();
      while (outcome != DirectoryWatcher.Outcome.GONE
          && outcome != DirectoryWatcher.Outcome.CLOSED) {
        deliverNewLines(outcome == DirectoryWatcher.Outcome.ENTRIES_CHANGED);
        outcome =
            watcher.awaitChange(
                lines.hasIncomplete() ? IDLE_POLL_INTERVAL : DirectoryWatcher.SAFETY_POLL_INTERVAL);
      }
      if (outcome == DirectoryWatcher.Outcome.GONE) {
        deliverRemaining();
      }
    } catch (IOException e) {
      LOG.warn("cannot close a followed log", e);
    }
  }

  private void deliverNewLines(boolean listingChanged) {
    try {
      drainLines();
      if (listingChanged) {
        lines.reopenIfReplaced();
        drainLines();
      }
      deliverIdleLines();
      failing = false;
    } catch (IOException e) {
      if (!failing) {
        LOG.warn("cannot read a followed log; retrying", e);
      }
      failing = true;
    }
  }

  private void deliverIdleLines() {
    long now = idleDelay.time().nanoTime();
    LogLine line = lines.nextIdle(now, idleDelay.delay());
    while (line != null && !stopped) {
      deliverLine(line);
      line = lines.nextIdle(now, idleDelay.delay());
    }
  }

  private void drainLines() throws IOException {
    LogLine line = lines.next();
    while (line != null && !stopped) {
      deliverLine(line);
      line = lines.next();
    }
  }

  /** Delivers the last lines of the deleted files, which are still open here. */
  private void deliverRemaining() {
    lines.pinOpenFiles();
    deliverNewLines(false);
    @Nullable LogLine last = lines.nextIncomplete();
    while (last != null && !stopped) {
      deliverLine(last);
      last = lines.nextIncomplete();
    }
    if (!stopped) {
      callListener(listener::onEnd);
    }
  }

  private void deliverLine(LogLine line) {
    callListener(() -> listener.onLine(line));
  }

  private void callListener(Runnable call) {
    try {
      call.run();
    } catch (RuntimeException | Error e) {
      LOG.warn(
          "the log listener {} failed; continuing with the next line",
          listener.getClass().getName(),
          e);
    }
  }

  /** Ends the loop after the line that is being delivered. */
  void stop() {
    stopped = true;
    try {
      watcher.close();
    } catch (IOException e) {
      LOG.warn("cannot close the watcher of a followed log", e);
    }
  }
}
