package io.luhproc.worker.local;

import io.luhproc.engine.EngineLog;
import io.luhproc.log.LogLine;
import io.luhproc.log.LogListener;
import io.luhproc.log.LogPosition;
import io.luhproc.log.LogSubscription;
import io.luhproc.log.ProcessLog;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The log of a worker on this machine. A cursor is the position after a line in both streams.
 *
 * <p>While it is followed, a subscription puts the lines into a short queue. After the end of the
 * worker, and if it is not followed, the lines are read from the files.
 */
public final class LocalLog implements EngineLog {
  private static final int QUEUE_LINES = 1000;
  private static final int READ_CHARS = 256 << 10;
  // Limits how long the end of a silent worker, or close(), is noticed late.
  private static final long PAUSE_MS = 100;

  private final ProcessLog log;
  private final Supplier<Optional<End>> endOfRun;
  private final Queue<LogLine> read = new ArrayDeque<>();
  private final @Nullable Follower follower;
  private LogPosition position;
  private volatile boolean closed;
  private volatile @Nullable End reason;

  private LocalLog(
      ProcessLog log,
      LogPosition position,
      @Nullable Follower follower,
      Supplier<Optional<End>> endOfRun) {
    this.log = log;
    this.position = position;
    this.follower = follower;
    this.endOfRun = endOfRun;
  }

  /**
   * Opens a log.
   *
   * @param log both streams of the worker
   * @param endOfRun returns COMPLETE if the worker has ended, GONE if it was removed or replaced
   * @throws IllegalArgumentException if the cursor is not that of a line
   */
  public static LocalLog open(
      ProcessLog log, Optional<String> cursor, boolean follow, Supplier<Optional<End>> endOfRun) {
    LogPosition position = cursor.map(LogPosition::parse).orElse(LogPosition.START);
    return new LocalLog(log, position, follow ? new Follower(log, position) : null, endOfRun);
  }

  /** Returns the log of a run that does not exist. */
  public static LocalLog gone(ProcessLog log) {
    LocalLog gone = new LocalLog(log, LogPosition.START, null, Optional::empty);
    gone.reason = End.GONE;
    return gone;
  }

  @Override
  public @Nullable Line next() throws InterruptedException {
    while (reason == null) {
      LogLine line = read.poll();
      if (line == null && follower != null) {
        line = follower.poll();
      }
      if (closed) {
        reason = End.CLOSED;
      } else if (line != null) {
        return deliver(line);
      } else if (follower == null || follower.hasStopped()) {
        readMore();
      } else if (endOfRun.get().isPresent()) {
        // Its last lines are in the queue, or else in the files.
        follower.stop();
      }
    }
    return null;
  }

  private Line deliver(LogLine line) {
    position = position.after(line);
    return new Line(line.time(), line.stream(), line.text(), position.format());
  }

  private void readMore() {
    Optional<End> runEnd = endOfRun.get();
    if (runEnd.filter(it -> it == End.GONE).isEmpty()) {
      read.addAll(log.read(position, READ_CHARS));
    }
    if (read.isEmpty()) {
      reason = runEnd.orElse(End.UP_TO_DATE);
    }
  }

  @Override
  public Optional<End> end() {
    return Optional.ofNullable(reason);
  }

  @Override
  public void close() {
    closed = true;
    if (follower != null) {
      follower.stop();
    }
  }

  /** Follows the files. Lines that do not fit into the queue after the stop are left out. */
  private static final class Follower implements LogListener {
    private final BlockingQueue<LogLine> queue = new ArrayBlockingQueue<>(QUEUE_LINES);
    private final LogSubscription subscription;
    private volatile boolean stopped;

    Follower(ProcessLog log, LogPosition from) {
      subscription = log.followFrom(from, this);
    }

    @Override
    public void onLine(LogLine line) {
      boolean added = false;
      try {
        while (!added && !stopped) {
          added = queue.offer(line, PAUSE_MS, TimeUnit.MILLISECONDS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Nullable LogLine poll() throws InterruptedException {
      return stopped ? queue.poll() : queue.poll(PAUSE_MS, TimeUnit.MILLISECONDS);
    }

    boolean hasStopped() {
      return stopped;
    }

    void stop() {
      stopped = true;
      subscription.close();
    }
  }
}
