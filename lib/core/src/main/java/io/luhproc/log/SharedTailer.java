package io.luhproc.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Reads the new lines of a log once for all its followers, numbers them and keeps the recent ones.
 *
 * <p>Its thread only signals followers; they fetch lines in their own time. A follower that is too
 * slow for the recent lines reads the files instead. Thread-safe.
 */
final class SharedTailer implements LogListener {
  private static final int MAX_RECENT_CHARS = 256 << 10;
  // Also bounds the number of empty lines.
  private static final int CHARS_PER_LINE = 32;

  private final ProcessLog log;
  private final Set<LogFollower> followers = ConcurrentHashMap.newKeySet();
  private final LogSubscription subscription;
  // Guarded by this, as are the next fields.
  private final Deque<LogLine> recent = new ArrayDeque<>();
  private int recentChars;
  private long lastNumber;
  private LogPosition position;
  private boolean ended;

  /** Starts a tailer; both streams are read, whichever the log selects. */
  SharedTailer(ProcessLog log) {
    this.log = log.both();
    // The first line waits for the position.
    synchronized (this) {
      subscription = this.log.follow(this);
      position = subscription.startPosition();
    }
  }

  /**
   * The end of what was read.
   *
   * @param number the number of the last line
   * @param position the position after it
   */
  record Mark(long number, LogPosition position) {}

  synchronized Mark mark() {
    return new Mark(lastNumber, position);
  }

  /** Returns the lines after a number; empty if some of them are no longer in memory. */
  synchronized Optional<List<LogLine>> after(long number) {
    long missing = lastNumber - number;
    if (missing > recent.size()) {
      return Optional.empty();
    }
    List<LogLine> lines = new ArrayList<>((int) missing);
    Iterator<LogLine> newestFirst = recent.descendingIterator();
    while (lines.size() < missing) {
      lines.add(newestFirst.next());
    }
    Collections.reverse(lines);
    return Optional.of(lines);
  }

  synchronized boolean hasEndedAt(long number) {
    return ended && number == lastNumber;
  }

  synchronized boolean hasEnded() {
    return ended;
  }

  @Override
  public void onLine(LogLine line) {
    synchronized (this) {
      recent.add(line);
      recentChars += line.text().length() + CHARS_PER_LINE;
      while (recentChars > MAX_RECENT_CHARS) {
        recentChars -= recent.remove().text().length() + CHARS_PER_LINE;
      }
      lastNumber++;
      position = position.after(line);
    }
    followers.forEach(LogFollower::signal);
  }

  @Override
  public void onEnd() {
    synchronized (this) {
      ended = true;
    }
    followers.forEach(LogFollower::signal);
  }

  void add(LogFollower follower) {
    followers.add(follower);
  }

  /** Removes a follower; returns whether there is none left. */
  boolean remove(LogFollower follower) {
    followers.remove(follower);
    return followers.isEmpty();
  }

  void close() {
    subscription.close();
  }
}
