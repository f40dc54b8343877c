package io.luhproc.daemon.ship;

import java.time.Duration;
import java.util.Optional;

/**
 * What was shipped since the daemon was opened, and what is not shipped yet.
 *
 * @param lines number of lines, or of events with {@code multiline}, that the endpoint confirmed
 * @param batches number of requests that the endpoint confirmed
 * @param retries number of requests that failed
 * @param droppedLines number of lines or events that the endpoint refused and that were dropped
 * @param lostBytes number of bytes that were deleted before they were shipped, by rotation or with
 *     their service
 * @param lagBytes number of bytes that are not shipped yet, at most a second old
 * @param lag age of the oldest line that is not shipped yet, at most a second old; zero if all are
 *     shipped. Of a stream whose turn has not come it is the time since its lines were seen.
 * @param failure why the last request failed; empty after a success
 * @since 0.1
 */
public record ShippingStats(
    long lines,
    long batches,
    long retries,
    long droppedLines,
    long lostBytes,
    long lagBytes,
    Duration lag,
    Optional<String> failure) {
  static final ShippingStats NONE =
      new ShippingStats(0, 0, 0, 0, 0, 0, Duration.ZERO, Optional.empty());
}
