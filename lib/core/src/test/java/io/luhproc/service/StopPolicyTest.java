package io.luhproc.service;

import static io.luhproc.testing.InvalidArguments.assertInvalid;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.Signal;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Defaults and ranges of stop policies. */
class StopPolicyTest {
  private static final Duration TOO_LONG = ofSeconds(Long.MAX_VALUE);
  private static final Duration TOO_NEGATIVE = ofSeconds(Long.MIN_VALUE);

  @Test
  void defaultsMatchDocumentation() {
    assertThat(StopPolicy.defaults())
        .isEqualTo(new StopPolicy(Signal.TERM, ofSeconds(10), ofSeconds(30)));
  }

  @Test
  void longerGraceRaisesTimeout() {
    StopPolicy policy = StopPolicy.defaults().signal(Signal.INT).grace(ofMinutes(1));
    assertThat(policy.timeout()).isEqualTo(ofSeconds(80));
    assertThat(policy.signal()).isEqualTo(Signal.INT);
    assertThat(policy.timeout(ofSeconds(90)).grace()).isEqualTo(ofMinutes(1));
    assertThat(StopPolicy.defaults().grace(Duration.ZERO).timeout()).isEqualTo(ofSeconds(30));
  }

  @Test
  void outOfRangeDurationsAreRejected() {
    StopPolicy policy = StopPolicy.defaults();
    assertInvalid("grace (PT-1S) must not be negative", () -> policy.grace(ofSeconds(-1)));
    assertInvalid("must not be negative", () -> policy.grace(TOO_NEGATIVE));
    assertInvalid("must be at most 365d", () -> policy.grace(TOO_LONG));
    assertInvalid("timeout (PT0S) must be at least 1ms", () -> policy.timeout(Duration.ZERO));
    assertInvalid("must be at most 365d", () -> policy.timeout(TOO_LONG));
    assertInvalid(
        "timeout (10s) must be longer than the grace period of 10s",
        () -> policy.timeout(ofSeconds(10)));
  }
}
