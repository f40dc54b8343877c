package io.luhproc.worker;

import io.luhproc.directory.ProcessDirectory;
import io.luhproc.log.LogKeeper;
import io.luhproc.log.LogStream;
import io.luhproc.posix.Posix;
import io.luhproc.time.Deadline;
import io.luhproc.time.Repeater;
import java.time.Duration;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * The one thread of ours in a worker: rotates the logs, keeps their index, and keeps the directory
 * fresh. It wakes once a second, more often only while the logs grow fast.
 */
final class Keeper implements AutoCloseable {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
  // Tmp cleaners look at ages of days; an hour leaves room for a machine that sleeps.
  private static final Duration FRESHNESS = Duration.ofHours(1);

  private final Parts parts;
  private final ProcessDirectory directory;
  private final Repeater thread;
  private Deadline nextRefresh;
  private volatile List<LogKeeper> logs = List.of();
  private boolean failing;

  private Keeper(Parts parts, ProcessDirectory directory) {
    this.parts = parts;
    this.directory = directory;
    this.nextRefresh = Deadline.after(parts.time(), FRESHNESS);
    this.thread = Repeater.start("keeper", this::keep);
  }

  static Keeper start(Parts parts, ProcessDirectory directory) {
    return new Keeper(parts, directory);
  }

  private LogKeeper open(LogStream stream) {
    return LogKeeper.open(directory.path(), stream, parts.policy(), parts.time(), Posix.lazy());
  }

  private Duration keep() {
    Duration pause = LONGEST_PAUSE;
    try {
      if (logs.isEmpty()) {
        // Not before the task begins: it need not wait for what a killed keeper left to be mended.
        logs = List.of(open(LogStream.OUT), open(LogStream.ERR));
      }
      for (LogKeeper log : logs) {
        Duration wanted = log.tick();
        pause = wanted.compareTo(pause) < 0 ? wanted : pause;
      }
      if (nextRefresh.expired()) {
        nextRefresh = Deadline.after(parts.time(), FRESHNESS);
        directory.keepFresh(parts.time().now());
      }
      failing = false;
    } catch (RuntimeException | Error e) {
      report(e);
    }
    return pause;
  }

  /** Once for each bad spell: a disk that is full would otherwise be filled by our complaints. */
  private void report(Throwable e) {
    if (!failing) {
      failing = true;
      LoggerFactory.getLogger(Keeper.class).warn("cannot keep the logs of {}", directory, e);
    }
  }

  /** Ends the thread, then gives the files back. */
  @Override
  public void close() {
    thread.close();
    logs.forEach(LogKeeper::close);
  }
}
