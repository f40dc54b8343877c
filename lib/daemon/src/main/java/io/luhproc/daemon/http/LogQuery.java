package io.luhproc.daemon.http;

import io.luhproc.log.LogPosition;
import io.luhproc.log.ProcessLog;
import io.luhproc.time.DurationAndSizeFormat;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The parameters of a request for logs.
 *
 * @param stream {@code out}, {@code err} or {@code both}
 * @param lines the number of last lines of each process; empty for all since an instant
 * @param since the earliest time of a line
 * @param until the latest time of a line
 * @param follow whether later lines are sent too
 * @param timestamps whether a line of text begins with its time
 */
record LogQuery(
    String stream,
    OptionalInt lines,
    Optional<Instant> since,
    Optional<Instant> until,
    boolean follow,
    boolean timestamps) {
  private static final int DEFAULT_LINES = 100;
  private static final int MAX_LINES = 10_000;

  /**
   * Reads the parameters.
   *
   * @param format the format of the answer; a stream of events always follows
   * @param now the time that {@code since=10m} refers to
   * @throws IllegalArgumentException if one is invalid
   */
  static LogQuery parse(RequestPath path, StreamFormat format, Instant now) {
    Optional<Instant> since = path.parameter("since").map(it -> parseTime("since", it, now));
    OptionalInt lines =
        path.parameter("lines")
            .map(it -> OptionalInt.of(parseLines(it)))
            .orElse(since.isPresent() ? OptionalInt.empty() : OptionalInt.of(DEFAULT_LINES));
    LogQuery query =
        new LogQuery(
            path.parameter("stream").orElse("both"),
            lines,
            since,
            path.parameter("until").map(it -> parseTime("until", it, now)),
            format == StreamFormat.EVENTS || path.flag("follow"),
            path.flag("timestamps"));
    if (query.follow() && query.until().isPresent()) {
      throw new IllegalArgumentException("follow and until exclude each other; leave one out");
    }
    return query;
  }

  private static int parseLines(String text) {
    try {
      int lines = Integer.parseInt(text);
      if (lines >= 0 && lines <= MAX_LINES) {
        return lines;
      }
    } catch (NumberFormatException expected) {
      // Reported below.
    }
    throw new IllegalArgumentException("lines (" + text + ") must be from 0 to " + MAX_LINES);
  }

  /** Parses an RFC 3339 time, or a duration before now. */
  private static Instant parseTime(String name, String text, Instant now) {
    try {
      // A plus sign that was not percent-encoded is a space.
      return OffsetDateTime.parse(text.replace(' ', '+')).toInstant();
    } catch (DateTimeException expected) {
      // Not a time.
    }
    try {
      return now.minus(DurationAndSizeFormat.parseDuration(text));
    } catch (IllegalArgumentException | DateTimeException | ArithmeticException e) {
      throw new IllegalArgumentException(
          name
              + " ("
              + text
              + ") must be a time such as 2026-01-31T12:00:00Z or a duration such as 10m",
          e);
    }
  }

  /** Returns the selected part of a log. */
  ProcessLog select(ProcessLog log) {
    ProcessLog selected =
        switch (stream) {
          case "out" -> log.out();
          case "err" -> log.err();
          case "both" -> log.both();
          default ->
              throw new IllegalArgumentException(
                  "stream (" + stream + ") must be out, err or both");
        };
    return until.isPresent() ? selected.until(until.get()) : selected;
  }

  /** Returns the position of the first requested line. */
  LogPosition start(ProcessLog log) {
    LogPosition position = since.map(log::sincePosition).orElse(LogPosition.START);
    return lines.isPresent() ? position.latest(log.tailPosition(lines.getAsInt())) : position;
  }
}
