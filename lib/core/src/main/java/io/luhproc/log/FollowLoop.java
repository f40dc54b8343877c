package io.luhproc.log;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The body of the thread that gives lines to a listener as they are written. */
final class FollowLoop implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(FollowLoop.class);

  private final DirectoryWatch watch;
  private final MergedLines lines;
  private final LogListener listener;
  private volatile boolean stopped;
  private boolean failing;

  FollowLoop(DirectoryWatch watch, MergedLines lines, LogListener listener) {
    this.watch = watch;
    this.lines = lines;
    this.listener = listener;
  }

  @Override
  public void run() {
    try (lines;
        watch) {
      DirectoryWatch.Seen seen = DirectoryWatch.Seen.WRITTEN;
      while (seen != DirectoryWatch.Seen.GONE && seen != DirectoryWatch.Seen.CLOSED) {
        deliver(seen == DirectoryWatch.Seen.LISTING);
        seen = watch.await();
      }
      if (seen == DirectoryWatch.Seen.GONE) {
        finish();
      }
    } catch (IOException e) {
      LOG.warn("cannot close a followed log", e);
    }
  }

  private void deliver(boolean listingChanged) {
    try {
      drain();
      if (listingChanged) {
        lines.reopenIfReplaced();
        drain();
      }
      failing = false;
    } catch (IOException e) {
      if (!failing) {
        LOG.warn("cannot read a followed log; trying again", e);
      }
      failing = true;
    }
  }

  private void drain() throws IOException {
    LogLine line = lines.next();
    while (line != null && !stopped) {
      give(line);
      line = lines.next();
    }
  }

  /** The files are gone from the directory but still open here: their last lines are given. */
  private void finish() {
    lines.freeze();
    deliver(false);
    @Nullable LogLine rest = lines.rest();
    while (rest != null && !stopped) {
      give(rest);
      rest = lines.rest();
    }
    if (!stopped) {
      guarded(listener::ended);
    }
  }

  private void give(LogLine line) {
    guarded(() -> listener.line(line));
  }

  private void guarded(Runnable call) {
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
      watch.close();
    } catch (IOException e) {
      LOG.warn("cannot close the watch of a followed log", e);
    }
  }
}
