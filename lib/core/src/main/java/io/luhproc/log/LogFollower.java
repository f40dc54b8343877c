package io.luhproc.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Returns the lines of a log as they are written, see {@link SharedTailers#follow}.
 *
 * <p>Nothing waits for a follower. One that fetches lines more slowly than they are written reads
 * them from the files later, and loses those that rotation has deleted by then. Thread-safe.
 *
 * @since 0.1
 */
public final class LogFollower implements AutoCloseable {
  private static final int MAX_READ_CHARS = 256 << 10;
  private static final long READS_FILES = -1;

  private final SharedTailers owner;
  private final ProcessLog log;
  private final Runnable signal;
  private volatile @Nullable SharedTailer tailer;
  // Guarded by this, as are the next fields.
  private LogPosition position = LogPosition.START;
  private long number = READS_FILES;
  private long lostBytes;
  // Whether no line was returned yet, so that the position is still that of the caller.
  private boolean atStart = true;

  LogFollower(SharedTailers owner, ProcessLog log, Runnable signal) {
    this.owner = owner;
    this.log = log;
    this.signal = signal;
  }

  /** Begins at a position of what the tailer has read. */
  synchronized void begin(SharedTailer shared, SharedTailer.Mark mark, LogPosition start) {
    position = start;
    tailer = shared;
    leaveFilesAt(mark);
  }

  /** Continues with the lines of the tailer if those before the mark were returned. */
  private void leaveFilesAt(SharedTailer.Mark mark) {
    if (log.streams().stream().allMatch(it -> position.of(it) == mark.position().of(it))) {
      number = mark.number();
      position = mark.position();
      atStart = false;
    }
  }

  void signal() {
    signal.run();
  }

  /**
   * Returns the next lines, oldest first. Does not wait.
   *
   * @return empty if there is none yet
   * @throws io.luhproc.LuhprocException if a file cannot be read
   */
  public synchronized List<LogLine> next() {
    SharedTailer shared = tailer;
    if (shared == null) {
      return List.of();
    }
    if (number == READS_FILES) {
      SharedTailer.Mark mark = shared.mark();
      restartIfTruncated(mark.position());
      List<LogLine> lines = readFiles(mark.position());
      leaveFilesAt(mark);
      atStart &= lines.isEmpty();
      if (!lines.isEmpty() || (atStart && isAfter(mark.position()))) {
        return lines;
      }
      // The rest is a line feed that is no line, or its files were deleted.
      number = mark.number();
      position = mark.position();
    }
    Optional<List<LogLine>> recent = shared.after(number);
    if (recent.isEmpty()) {
      number = READS_FILES;
      return next();
    }
    return takeSelected(recent.get());
  }

  /** Begins at the front of a file that was truncated while it had no maintainer. */
  private void restartIfTruncated(LogPosition end) {
    for (LogStream stream : log.streams()) {
      if (!atStart && position.of(stream) > end.of(stream)) {
        position = position.with(stream, 0);
      }
    }
  }

  private List<LogLine> readFiles(LogPosition end) {
    ProcessLog read = log.upTo(end);
    countLost(read.oldestPosition());
    List<LogLine> lines = read.read(position, MAX_READ_CHARS);
    lines.forEach(line -> position = position.after(line));
    return lines;
  }

  private void countLost(LogPosition oldest) {
    for (LogStream stream : log.streams()) {
      lostBytes += Math.max(0, oldest.of(stream) - position.of(stream));
    }
    position = position.latest(oldest);
  }

  /**
   * Returns whether this follower began inside a line that the tailer has not delivered yet: an
   * incomplete one, whose front an earlier follower has seen.
   */
  private boolean isAfter(LogPosition end) {
    return log.streams().stream().anyMatch(it -> position.of(it) > end.of(it));
  }

  private List<LogLine> takeSelected(List<LogLine> lines) {
    List<LogLine> selected = new ArrayList<>(lines.size());
    for (LogLine line : lines) {
      number++;
      position = position.after(line);
      if (log.streams().contains(line.stream())) {
        selected.add(line);
      }
    }
    return selected;
  }

  /** Returns the position after the last line that was returned. */
  public synchronized LogPosition position() {
    return position;
  }

  /** Returns the number of bytes that were deleted before this follower has read them. */
  public synchronized long lostBytes() {
    return lostBytes;
  }

  /** Returns whether the process directory was deleted and all lines were returned. */
  public synchronized boolean hasEnded() {
    SharedTailer shared = tailer;
    return shared != null && shared.hasEndedAt(number);
  }

  /** Ends following. {@link #next} returns nothing afterwards. */
  @Override
  public void close() {
    SharedTailer shared;
    synchronized (this) {
      shared = tailer;
      tailer = null;
    }
    if (shared != null) {
      owner.release(shared, this);
    }
  }
}
