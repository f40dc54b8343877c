package io.luhproc.daemon.ship;

import io.luhproc.log.LogCursor;
import io.luhproc.log.LogLine;
import java.io.Closeable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Reads batches of events from a stream, with bounded memory. */
final class EventReader implements Closeable {
  /** An event is not joined from more characters. */
  static final int MAX_EVENT_CHARS = 1 << 20;

  private static final int MAX_BATCH_CHARS = 1 << 20;

  private final LogCursor cursor;
  private final boolean multiline;
  private final UnaryOperator<String> mask;
  // Was read to see that it continues no event.
  private Optional<LogLine> peeked = Optional.empty();
  // The position before the peeked line.
  private String positionBeforePeeked = "";
  private long reportedLostBytes;
  // Lines were read of an event that is not finished; they are read again from the position.
  private boolean unfinished;
  private String position;

  EventReader(LogCursor cursor, boolean multiline, UnaryOperator<String> mask) {
    this.cursor = cursor;
    this.multiline = multiline;
    this.mask = mask;
    this.position = cursor.position();
  }

  /**
   * Reads the next events.
   *
   * @param maxEvents the maximum number
   * @param ended whether nothing will be added to the stream for now, so that an incomplete last
   *     line or event counts
   */
  Batch read(int maxEvents, boolean ended) {
    List<LogEvent> events = new ArrayList<>();
    int chars = 0;
    while (events.size() < maxEvents && chars < MAX_BATCH_CHARS && !unfinished) {
      Optional<LogLine> first = takeLine(ended);
      if (first.isEmpty()) {
        break;
      }
      Optional<LogEvent> event = join(first.get(), ended);
      if (event.isPresent()) {
        events.add(event.get());
        chars += event.get().text().length();
        position = multiline ? currentPosition() : "";
      }
      unfinished = event.isEmpty();
    }
    if (position.isEmpty()) {
      position = currentPosition();
    }
    long lost = cursor.lostBytes() - reportedLostBytes;
    reportedLostBytes = cursor.lostBytes();
    long unread = cursor.unreadBytes();
    boolean complete = !unfinished && unread == 0 && peeked.isEmpty();
    return new Batch(events, position, lost, unread, complete);
  }

  private String currentPosition() {
    return peeked.isPresent() ? positionBeforePeeked : cursor.position();
  }

  private Optional<LogLine> takeLine(boolean ended) {
    if (peeked.isPresent()) {
      Optional<LogLine> line = peeked;
      peeked = Optional.empty();
      return line;
    }
    return cursor.next().or(() -> ended ? cursor.nextIncomplete() : Optional.empty());
  }

  /** Returns the event that begins with a line; empty if it may be continued later. */
  private Optional<LogEvent> join(LogLine first, boolean ended) {
    if (!first.partial() && !multiline) {
      return Optional.of(event(first.time(), first.text(), false));
    }
    StringBuilder text = new StringBuilder(first.text());
    boolean partial = appendPieces(text, first, ended);
    StackTraceJoiner joiner = new StackTraceJoiner(first.text());
    while (multiline && !partial && text.length() < MAX_EVENT_CHARS) {
      String position = cursor.position();
      Optional<LogLine> next = takeLine(ended);
      if (next.isEmpty()) {
        return ended ? Optional.of(event(first.time(), text.toString(), false)) : Optional.empty();
      }
      if (!joiner.continues(next.get().text())) {
        peeked = next;
        positionBeforePeeked = position;
        break;
      }
      text.append('\n').append(next.get().text());
      partial = appendPieces(text, next.get(), ended);
    }
    return Optional.of(event(first.time(), text.toString(), partial));
  }

  private LogEvent event(Instant time, String text, boolean partial) {
    return new LogEvent(time, mask.apply(text), partial);
  }

  /** Appends the other pieces of a long line. Returns whether there are more. */
  private boolean appendPieces(StringBuilder text, LogLine first, boolean ended) {
    boolean partial = first.partial();
    while (partial && text.length() < MAX_EVENT_CHARS) {
      Optional<LogLine> next = takeLine(ended);
      if (next.isEmpty()) {
        return true;
      }
      text.append(next.get().text());
      partial = next.get().partial();
    }
    return partial;
  }

  @Override
  public void close() {
    cursor.close();
  }
}
