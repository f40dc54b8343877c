package io.luhproc.supervisor.state;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.service.RestartPolicy;
import java.time.Duration;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

/** The range of delays, for any policy. */
class BackoffRangeTest {
  // The longest delay of a policy: 365 days, in nanoseconds.
  private static final long YEAR = 31_536_000_000_000_000L;

  @Property(tries = 2000)
  void delayIsNeverNegativeOrAboveMaxDelay(
      @ForAll @LongRange(min = 0, max = YEAR) long delay,
      @ForAll @LongRange(min = 0, max = YEAR) long longest,
      @ForAll @DoubleRange(min = 1, max = 100) double factor,
      @ForAll @DoubleRange(min = 0, max = 1) double jitter,
      @ForAll @IntRange(min = 1) int retry,
      @ForAll double random) {
    RestartPolicy policy =
        new RestartPolicy(
            RestartPolicy.Condition.ALWAYS,
            RestartPolicy.UNLIMITED,
            Duration.ofNanos(delay),
            Duration.ofNanos(longest),
            factor,
            jitter,
            Duration.ZERO,
            Set.of());
    assertThat(Backoff.delay(policy, retry, random))
        .isBetween(Duration.ZERO, Duration.ofNanos(longest));
  }
}
