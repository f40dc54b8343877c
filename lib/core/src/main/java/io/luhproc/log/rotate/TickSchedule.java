package io.luhproc.log.rotate;

import io.luhproc.log.LogPolicy;
import java.time.Duration;

/**
 * Computes the delay to the next tick of a stream from its growth.
 *
 * <p>A stream that grows may grow faster at any moment. Its delay is therefore at most the time in
 * which the fastest writers (600 MB/s) fill what the policy keeps, and at most the time until the
 * active file is full at the current rate.
 */
final class TickSchedule {
  static final Duration QUIET_DELAY = Duration.ofSeconds(1);
  static final Duration MIN_DELAY = Duration.ofMillis(1);
  private static final double FASTEST_BYTES_PER_NANO = 0.6;
  private static final double FLOOD_BYTES_PER_NANO = 0.2;
  // A collapse writes all dirty pages of the file to the disk while the writer waits. At a steady
  // 100 MB/s a writer reached 0.8 of its speed with collapses, and 0.97 without.
  private static final double STEADY_FLOOD_BYTES_PER_NANO = 0.04;
  private static final double MAX_COMPRESSED_BYTES_PER_NANO = 0.03;

  private final double keptBytes;
  private final long maxBytes;
  private long lastEndOffset;
  private long lastNanos;
  private final MeanGrowth totalGrowth;
  private double bytesPerNano;

  /**
   * Creates a schedule.
   *
   * @param totalGrowth the growth of all streams that share the disk, to which this one adds
   */
  TickSchedule(LogPolicy policy, MeanGrowth totalGrowth) {
    this.totalGrowth = totalGrowth;
    this.maxBytes = policy.maxBytes();
    this.keptBytes = (double) policy.maxBytes() * policy.maxBackups();
  }

  /** Starts to measure the growth. */
  void start(long endOffset, long nanos) {
    lastEndOffset = endOffset;
    lastNanos = nanos;
    bytesPerNano = 0;
  }

  /** Measures the growth since the last call. */
  void measure(long endOffset, long nanos) {
    long elapsed = Math.max(1, nanos - lastNanos);
    bytesPerNano = (double) (endOffset - lastEndOffset) / elapsed;
    totalGrowth.add(endOffset - lastEndOffset, elapsed, nanos);
    lastEndOffset = endOffset;
    lastNanos = nanos;
  }

  /** Returns the delay to the next tick if the active file has a number of bytes. */
  Duration nextDelay(long activeBytes) {
    if (bytesPerNano <= 0) {
      return QUIET_DELAY;
    }
    double untilFull = (maxBytes - activeBytes) / bytesPerNano;
    return clamp(Math.min(untilFull, busyNanos()));
  }

  /** Returns the longest delay to the next tick of a stream that grows. */
  Duration busyDelay() {
    return clamp(busyNanos());
  }

  private double busyNanos() {
    return (keptBytes + maxBytes) / FASTEST_BYTES_PER_NANO;
  }

  private static Duration clamp(double nanos) {
    double longest = Math.min(nanos, (double) QUIET_DELAY.toNanos());
    return Duration.ofNanos(Math.max((long) longest, MIN_DELAY.toNanos()));
  }

  /** Returns whether the disk is too slow to collapse a file, whose writer waits meanwhile. */
  boolean isFlood() {
    return bytesPerNano >= FLOOD_BYTES_PER_NANO
        || totalGrowth.at(lastNanos) >= STEADY_FLOOD_BYTES_PER_NANO;
  }

  /** Returns whether the stream grows so slowly that the time to compress a file may be spent. */
  boolean allowsCompression() {
    return bytesPerNano < MAX_COMPRESSED_BYTES_PER_NANO;
  }
}
