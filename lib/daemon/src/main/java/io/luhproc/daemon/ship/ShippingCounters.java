package io.luhproc.daemon.ship;

import java.time.Duration;
import java.util.Optional;

/** Counts what was shipped. Written by one thread; any thread reads the snapshot. */
final class ShippingCounters {
  private long lines;
  private long batches;
  private long retries;
  private long droppedLines;
  private long lostBytes;
  private long lagBytes;
  private Duration lag = Duration.ZERO;
  private Optional<String> failure = Optional.empty();
  private volatile ShippingStats snapshot = ShippingStats.NONE;

  ShippingStats snapshot() {
    return snapshot;
  }

  void addBatch(int events, ResponseJudge.Verdict verdict) {
    boolean shipped = verdict.kind() == ResponseJudge.Verdict.Kind.SHIPPED;
    lines += events;
    batches += shipped ? 1 : 0;
    droppedLines += verdict.droppedEvents();
    failure = shipped ? Optional.empty() : Optional.of(verdict.reason());
    publish();
  }

  void addRetry(String reason) {
    retries++;
    setFailure(reason);
  }

  void addLost(long bytes) {
    lostBytes += bytes;
    publish();
  }

  void setLag(long bytes, Duration age) {
    lagBytes = bytes;
    lag = age;
    publish();
  }

  void setFailure(String reason) {
    failure = Optional.of(reason);
    publish();
  }

  private void publish() {
    snapshot =
        new ShippingStats(lines, batches, retries, droppedLines, lostBytes, lagBytes, lag, failure);
  }
}
