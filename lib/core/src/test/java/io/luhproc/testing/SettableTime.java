package io.luhproc.testing;

import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.time.Instant;

/** Virtual time that advances only by a call or by a sleep. Thread-safe. */
public final class SettableTime implements TimeSource {
  private Instant now = Instant.parse("2026-11-20T15:30:00.000Z");
  private long nanos;

  @Override
  public synchronized Instant now() {
    return now;
  }

  @Override
  public synchronized long nanoTime() {
    return nanos;
  }

  @Override
  public void sleep(Duration duration) {
    advance(duration);
  }

  public synchronized void advance(Duration duration) {
    now = now.plus(duration);
    nanos += duration.toNanos();
  }

  /** Sets the wall clock back and leaves the monotonic clock unchanged. */
  public synchronized void setWallClockBack(Duration duration) {
    now = now.minus(duration);
  }
}
