package io.luhproc.service;

import static io.luhproc.testing.InvalidArguments.assertInvalid;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Defaults and ranges of restart policies. */
class RestartPolicyTest {
  private static final Duration TOO_LONG = ofSeconds(Long.MAX_VALUE);

  @Test
  void defaultsMatchDocumentation() {
    RestartPolicy policy = RestartPolicy.onFailure();
    assertThat(policy.maxRetries()).isEqualTo(RestartPolicy.UNLIMITED);
    assertThat(policy.delay()).isEqualTo(ofSeconds(1));
    assertThat(policy.maxDelay()).isEqualTo(ofSeconds(60));
    assertThat(policy.factor()).isEqualTo(2);
    assertThat(policy.isSuccess(0)).isTrue();
    assertThat(policy.isSuccess(1)).isFalse();
  }

  @Test
  void eachSetterChangesOnlyItsOwnValue() {
    RestartPolicy policy =
        RestartPolicy.always()
            .maxRetries(3)
            .delay(ofSeconds(2))
            .maxDelay(ofSeconds(30))
            .factor(3)
            .jitter(0.5)
            .resetAfter(ofMinutes(1))
            .successCodes(Set.of(0, 143));
    assertThat(policy)
        .isEqualTo(
            new RestartPolicy(
                RestartPolicy.Condition.ALWAYS,
                3,
                ofSeconds(2),
                ofSeconds(30),
                3,
                0.5,
                ofMinutes(1),
                Set.of(143, 0)));
  }

  @Test
  void delayAboveMaxDelayRaisesMaxDelay() {
    assertThat(RestartPolicy.always().delay(ofMinutes(5)).maxDelay()).isEqualTo(ofMinutes(5));
  }

  @Test
  void outOfRangeDurationsAreRejected() {
    RestartPolicy policy = RestartPolicy.always();
    assertInvalid("delay (PT-1S) must not be negative", () -> policy.delay(ofSeconds(-1)));
    assertInvalid("maxDelay (PT-1S) must not be negative", () -> policy.maxDelay(ofSeconds(-1)));
    assertInvalid(
        "resetAfter (PT-1S) must not be negative", () -> policy.resetAfter(ofSeconds(-1)));
    assertInvalid("must be at most 365d", () -> policy.delay(TOO_LONG));
    assertInvalid("must be at most 365d", () -> policy.maxDelay(TOO_LONG));
    assertInvalid("must be at most 365d", () -> policy.resetAfter(TOO_LONG));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.99, -1, 101, Double.NaN, Double.POSITIVE_INFINITY})
  void outOfRangeFactorIsRejected(double factor) {
    assertInvalid("factor (" + factor + ") must be", () -> RestartPolicy.always().factor(factor));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void outOfRangeJitterIsRejected(double jitter) {
    assertInvalid("jitter (" + jitter + ") must be", () -> RestartPolicy.always().jitter(jitter));
  }

  @Test
  void outOfRangeRetriesAndExitCodesAreRejected() {
    RestartPolicy policy = RestartPolicy.always();
    assertInvalid("maxRetries (-1) must not be negative", () -> policy.maxRetries(-1));
    assertInvalid("successCodes (256) must be", () -> policy.successCodes(Set.of(256)));
    assertInvalid("successCodes (-1) must be", () -> policy.successCodes(Set.of(-1)));
  }
}
