package io.luhproc.worker;

import io.luhproc.directory.ProcessDirectory;
import io.luhproc.log.LogStream;
import io.luhproc.log.rotate.LogMaintainer;
import io.luhproc.posix.Posix;
import io.luhproc.time.Deadline;
import io.luhproc.time.PeriodicThread;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The one thread of ours in a worker: rotates the logs, keeps their index, and keeps the directory
 * fresh. It wakes once a second, more often only while the logs grow fast.
 */
final class Keeper implements AutoCloseable, Supplier<Duration> {
  // So that a cold JVM is the task's alone until its first statements.
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);
  // Tmp cleaners look at ages of days; an hour leaves room for a machine that sleeps.
  private static final Duration FRESHNESS = Duration.ofHours(1);

  private final Parts parts;
  private final ProcessDirectory directory;
  private final PeriodicThread thread;
  private final RunOwner owner;
  private @Nullable Deadline nextRefresh;
  private volatile List<LogMaintainer> logs = List.of();
  private boolean failing;

  private Keeper(Parts parts, ProcessDirectory directory, RunOwner owner) {
    this.parts = parts;
    this.directory = directory;
    this.owner = owner;
    this.thread = PeriodicThread.start("keeper", FIRST_PAUSE, this);
  }

  /**
   * Starts the thread.
   *
   * @param owner hears from it that the task has begun
   */
  static Keeper start(Parts parts, ProcessDirectory directory, RunOwner owner) {
    return new Keeper(parts, directory, owner);
  }

  private LogMaintainer open(LogStream stream) {
    return LogMaintainer.open(directory.path(), stream, parts.policy(), parts.time(), Posix.lazy());
  }

  /** Does what is due and returns the pause until the next time. */
  @Override
  public Duration get() {
    if (nextRefresh == null) {
      nextRefresh = Deadline.after(parts.time(), FRESHNESS);
      owner.began();
    }
    Duration pause = LONGEST_PAUSE;
    try {
      for (LogMaintainer log : logs()) {
        Duration wanted = log.tick();
        pause = wanted.compareTo(pause) < 0 ? wanted : pause;
      }
      if (nextRefresh.isExpired()) {
        nextRefresh = Deadline.after(parts.time(), FRESHNESS);
        directory.touch(parts.time().now());
      }
      failing = false;
    } catch (RuntimeException | Error e) {
      report(e);
    }
    return pause;
  }

  /** Not before the task begins: it need not wait for what a killed keeper left to be mended. */
  private List<LogMaintainer> logs() {
    if (logs.isEmpty()) {
      logs = List.of(open(LogStream.OUT), open(LogStream.ERR));
    }
    return logs;
  }

  /** Once for each bad spell: a disk that is full would otherwise be filled by our complaints. */
  private void report(Throwable e) {
    if (!failing) {
      failing = true;
      LoggerFactory.getLogger(Keeper.class).warn("cannot keep the logs of {}", directory, e);
    }
  }

  /** Ends the thread, then gives the files back, also those of a task that was faster than it. */
  @Override
  public void close() {
    thread.close();
    logs().forEach(LogMaintainer::close);
  }
}
