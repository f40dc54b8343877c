package io.luhproc.supervisor.state;

import io.luhproc.service.RestartPolicy;
import java.time.Duration;

/** Computes the delay before a retry. */
final class Backoff {
  private Backoff() {}

  /**
   * Returns {@code delay * factor^(retry-1)} with jitter, limited to the policy's maximum delay.
   *
   * @param retry the number of consecutive retries, from 1
   * @param jitter from -1 for the shortest to 1 for the longest
   */
  static Duration delay(RestartPolicy policy, int retry, double jitter) {
    if (retry < 1) {
      throw new IllegalArgumentException("retry (" + retry + ") must be at least 1");
    }
    if (policy.delay().isZero()) {
      return Duration.ZERO;
    }
    double longest = policy.maxDelay().toNanos();
    // Math.pow may return infinity; the minimum below is finite.
    double grown = policy.delay().toNanos() * Math.pow(policy.factor(), retry - 1.0);
    double base = Math.min(longest, grown);
    double varied = base * (1 + policy.jitter() * Math.max(-1, Math.min(1, jitter)));
    Duration delay = Duration.ofNanos((long) Math.max(0, varied));
    return delay.compareTo(policy.maxDelay()) > 0 ? policy.maxDelay() : delay;
  }
}
