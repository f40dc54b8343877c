package io.luhproc.daemon.ship;

import io.luhproc.time.TimeSource;
import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * When the next request may be sent after failures: at first after a second, then after twice the
 * time, at most after a minute, each less up to a half by chance.
 */
final class EndpointBackoff {
  private static final Duration FIRST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final TimeSource time;
  private final DoubleSupplier random;
  private Duration next = FIRST;
  private boolean failing;
  private long failedNanos;
  private long blockedUntilNanos;

  EndpointBackoff(TimeSource time, DoubleSupplier random) {
    this.time = time;
    this.random = random;
  }

  /** Returns whether the last request failed. One request at a time is sent then. */
  boolean isFailing() {
    return failing;
  }

  /** Returns the time until the next request may be sent. */
  Duration remaining() {
    return failing
        ? Duration.ofNanos(Math.max(0, blockedUntilNanos - time.nanoTime()))
        : Duration.ZERO;
  }

  /**
   * Records a failure.
   *
   * @param startedNanos when the request was sent; of those sent before an earlier failure, only
   *     {@code retryAfter} counts
   */
  void recordFailure(long startedNanos, Optional<Duration> retryAfter) {
    long now = time.nanoTime();
    if (!failing || startedNanos - failedNanos >= 0) {
      Duration delay = next.minusNanos((long) (next.toNanos() * random.getAsDouble() / 2));
      blockedUntilNanos = now + delay.toNanos();
      next = next.multipliedBy(2).compareTo(LONGEST) < 0 ? next.multipliedBy(2) : LONGEST;
      failedNanos = now;
      failing = true;
    }
    if (retryAfter.isPresent()) {
      long asked = now + retryAfter.get().toNanos();
      blockedUntilNanos = asked - blockedUntilNanos > 0 ? asked : blockedUntilNanos;
    }
  }

  void recordSuccess() {
    failing = false;
    next = FIRST;
  }

  /** Lets the next request be sent at once. */
  void permitNow() {
    blockedUntilNanos = time.nanoTime();
  }
}
