package io.luhproc.log;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;

/**
 * Follows logs for any number of followers, with one reader for each log.
 *
 * <p>A {@link ProcessLog#follow subscription} has a reader and a thread of its own, and its
 * listener may block. The followers of one log here share them, and none of them has a thread. The
 * reader of a log ends with its last follower. Thread-safe.
 *
 * @since 0.1
 */
public final class SharedTailers implements AutoCloseable {
  // Guarded by this.
  private final Map<Path, SharedTailer> tailers = new HashMap<>();

  /** Creates an object without followers. */
  public SharedTailers() {}

  /**
   * Follows a log.
   *
   * <p>The start is a position of what was written until now. From there on, the follower returns
   * each line of the selected streams once, also across rotations and restarts of the process.
   *
   * @param log the log, with the streams to follow
   * @param start returns the position at which the follower begins, for the log until now
   * @param signal called when there may be new lines, by the thread of the reader; must return
   *     quickly
   * @return the follower, to be closed by the caller
   * @throws IllegalStateException if the log has an end
   * @throws io.luhproc.LuhprocException if a file cannot be read
   */
  public LogFollower follow(
      ProcessLog log, Function<ProcessLog, LogPosition> start, Runnable signal) {
    Objects.requireNonNull(start, "start");
    Objects.requireNonNull(signal, "signal");
    LogFollower follower = new LogFollower(this, log, signal);
    SharedTailer tailer = subscribe(log, follower);
    try {
      SharedTailer.Mark mark = tailer.mark();
      follower.begin(tailer, mark, start.apply(log.upTo(mark.position())));
      return follower;
    } catch (RuntimeException e) {
      release(tailer, follower);
      throw e;
    }
  }

  private synchronized SharedTailer subscribe(ProcessLog log, LogFollower follower) {
    SharedTailer tailer = tailers.get(log.directory());
    if (tailer == null || tailer.hasEnded()) {
      tailer = new SharedTailer(log);
      tailers.put(log.directory(), tailer);
    }
    tailer.add(follower);
    return tailer;
  }

  /** Removes a follower, and ends the tailer if it was the last one. */
  void release(SharedTailer tailer, LogFollower follower) {
    synchronized (this) {
      if (!tailer.remove(follower)) {
        return;
      }
      tailers.values().remove(tailer);
    }
    tailer.close();
  }

  /** Ends all readers. Followers return no line that was not read until now. */
  @Override
  public void close() {
    List<SharedTailer> open;
    synchronized (this) {
      open = new ArrayList<>(tailers.values());
      tailers.clear();
    }
    open.forEach(SharedTailer::close);
  }
}
