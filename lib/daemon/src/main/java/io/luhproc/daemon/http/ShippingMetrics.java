package io.luhproc.daemon.http;

import io.luhproc.daemon.ship.ShippingStats;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** The metrics of log shipping, which have no labels. */
final class ShippingMetrics {
  private static final double MILLIS_PER_SECOND = 1000;

  private ShippingMetrics() {}

  static void addTo(MetricSnapshots.Builder metrics, ShippingStats stats) {
    metrics
        .metricSnapshot(
            gauge("up", "Whether the last request succeeded (1) or not.", isUp(stats) ? 1 : 0))
        .metricSnapshot(
            gauge(
                "lag_seconds",
                "Age of the oldest line that is not shipped yet.",
                stats.lag().toMillis() / MILLIS_PER_SECOND))
        .metricSnapshot(
            gauge("lag_bytes", "Bytes that are not shipped yet.", (double) stats.lagBytes()))
        .metricSnapshot(
            counter(
                "lines", "Lines, or joined events, that the endpoint confirmed.", stats.lines()))
        .metricSnapshot(
            counter("batches", "Requests that the endpoint confirmed.", stats.batches()))
        .metricSnapshot(counter("retries", "Requests that failed.", stats.retries()))
        .metricSnapshot(
            counter(
                "dropped_lines",
                "Lines that the endpoint refused and that were dropped.",
                stats.droppedLines()))
        .metricSnapshot(
            counter(
                "lost_bytes",
                "Bytes that were deleted before they were shipped.",
                stats.lostBytes()));
  }

  private static boolean isUp(ShippingStats stats) {
    return stats.failure().isEmpty();
  }

  private static MetricSnapshot gauge(String name, String help, double value) {
    return Metrics.gauge("shipping_" + name, help)
        .dataPoint(GaugeDataPointSnapshot.builder().value(value).build())
        .build();
  }

  private static MetricSnapshot counter(String name, String help, long value) {
    return Metrics.counter("shipping_" + name, help)
        .dataPoint(CounterDataPointSnapshot.builder().value((double) value).build())
        .build();
  }
}
