package io.luhproc.log.rotate;

/**
 * The growth of all streams that one thread maintains, as a mean in which recent growth weighs
 * more. Thread-safe.
 */
final class MeanGrowth {
  private static final double MEAN_NANOS = 5e8;

  private long lastNanos;
  private double bytesPerNano;

  /** Adds the growth of a stream in the time before now. */
  synchronized void add(long bytes, long elapsedNanos, long nowNanos) {
    bytesPerNano = at(nowNanos) - (double) bytes / elapsedNanos * fall(elapsedNanos);
    lastNanos = nowNanos;
  }

  /** Returns the mean in bytes per nanosecond. */
  synchronized double at(long nowNanos) {
    return bytesPerNano + bytesPerNano * fall(Math.max(0, nowNanos - lastNanos));
  }

  /** Returns by what part the mean falls in a time without growth, from 0 to -1. */
  private static double fall(long nanos) {
    return Math.expm1(-nanos / MEAN_NANOS);
  }
}
