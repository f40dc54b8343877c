package io.luhproc.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Durations of one measurement, in nanoseconds. Thread-safe. */
final class Samples {
  private static final double NANOS_PER_MILLI = 1e6;

  private final List<Long> nanos = new ArrayList<>();

  synchronized void add(long duration) {
    nanos.add(duration);
  }

  synchronized void clear() {
    nanos.clear();
  }

  synchronized int count() {
    return nanos.size();
  }

  /** Returns the median in milliseconds. */
  double median() {
    return quantile(0.5);
  }

  /** Returns a quantile, from 0 to 1, in milliseconds. */
  synchronized double quantile(double fraction) {
    List<Long> sorted = nanos.stream().sorted().toList();
    int index = (int) Math.min(sorted.size() - 1L, (long) (fraction * sorted.size()));
    return sorted.get(index) / NANOS_PER_MILLI;
  }

  /** Returns milliseconds as text with two decimals below 10 ms, and none above. */
  static String formatMillis(double millis) {
    String format = Math.abs(millis) < 10 ? "%.2f ms" : "%.0f ms";
    return String.format(Locale.ROOT, format, millis);
  }

  /** Returns a ratio as text. */
  static String formatRatio(double value) {
    return String.format(Locale.ROOT, "%.2fx", value);
  }
}
