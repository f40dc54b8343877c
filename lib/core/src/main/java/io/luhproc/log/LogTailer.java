package io.luhproc.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The body of the thread that gives lines to a listener as they are written. */
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
        LOG.warn("cannot read a followed log; trying again", e);
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

  /** The files are gone from the directory but still open here: their last lines are given. */
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
      LOG.warn("the log listener {} failed; following goes on", listener.getClass().getName(), e);
    }
  }

  /** Ends the loop: after the line that is being given, none is given. */
  void stop() {
    stopped = true;
    try {
      watcher.close();
    } catch (IOException e) {
      LOG.warn("cannot close the watch of a followed log", e);
    }
  }
}
