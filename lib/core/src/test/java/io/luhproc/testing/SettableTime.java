package io.luhproc.testing;

import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.time.Instant;

/** Time that goes on only when it is told to, or when somebody sleeps. */
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

  /** Sets only the wall clock back. */
  public synchronized void setWallClockBack(Duration duration) {
    now = now.minus(duration);
  }
}
