package io.luhproc.log.rotate;

import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.time.Instant;

/**
 * A wall clock that ignores a jump until it has lasted for a minute.
 *
 * <p>A clock that is wrong for a moment, as after a virtual machine resumes, must neither expire
 * files nor name them. Used by one thread.
 */
final class SteadyClock {
  private static final Duration CONFIRMATION = Duration.ofMinutes(1);
  private static final long TOLERANCE_MILLIS = 1000;

  private final TimeSource time;
  private long baseMillis;
  private long baseNanos;
  private long jumpMillis;
  private long jumpNanos;
  private boolean jumped;

  SteadyClock(TimeSource time) {
    this.time = time;
    setBase(time.now().toEpochMilli(), time.nanoTime());
  }

  Instant now() {
    long nanos = time.nanoTime();
    long wall = time.now().toEpochMilli();
    long expected = baseMillis + millisBetween(baseNanos, nanos);
    if (isNear(wall, expected)) {
      jumped = false;
      setBase(wall, nanos);
      return Instant.ofEpochMilli(wall);
    }
    if (!jumped || !isNear(wall, jumpMillis + millisBetween(jumpNanos, nanos))) {
      jumped = true;
      jumpMillis = wall;
      jumpNanos = nanos;
    } else if (nanos - jumpNanos >= CONFIRMATION.toNanos()) {
      jumped = false;
      setBase(wall, nanos);
      return Instant.ofEpochMilli(wall);
    }
    return Instant.ofEpochMilli(expected);
  }

  private void setBase(long millis, long nanos) {
    baseMillis = millis;
    baseNanos = nanos;
  }

  private static boolean isNear(long millis, long other) {
    return Math.abs(millis - other) <= TOLERANCE_MILLIS;
  }

  private static long millisBetween(long from, long to) {
    return Duration.ofNanos(to - from).toMillis();
  }
}
