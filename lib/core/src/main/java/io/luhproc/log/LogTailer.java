package io.luhproc.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Delivers lines to a listener as they are written: the body of a subscription's thread. */
final class LogTailer implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(LogTailer.class);

  private final DirectoryWatcher watcher;
  private final MergedLineReader lines;
  private final LogListener listener;
  private volatile boolean stopped;
  private boolean failing;

  LogTailer(DirectoryWatcher watcher, MergedLineReader lines, LogListener listener) {
    this.watcher = watcher;
    this.lines = lines;
    this.listener = listener;
  }

  @Override
  public void run() {
    try (lines;
        watcher) {
      DirectoryWatcher.Outcome outcome = DirectoryWatcher.Outcome.MODIFIED;
      while (outcome != DirectoryWatcher.Outcome.GONE
          && outcome != DirectoryWatcher.Outcome.CLOSED) {
        deliverNewLines(outcome == DirectoryWatcher.Outcome.ENTRIES_CHANGED);
        outcome = watcher.awaitChange();
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
      failing = false;
    } catch (IOException e) {
      if (!failing) {
        LOG.warn("cannot read a followed log; retrying", e);
      }
      failing = true;
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
