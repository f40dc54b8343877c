package io.luhproc.service;

import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.Signal;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ranges and the defaults of the policies by which processes are restarted and stopped. */
class PolicyTest {
  private static final Duration TOO_LONG = ofSeconds(Long.MAX_VALUE);
  private static final Duration TOO_NEGATIVE = ofSeconds(Long.MIN_VALUE);

  @Test
  void restartDefaultsMatchDocumentation() {
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
    InvalidArguments.assertInvalid(
        "delay (PT-1S) must not be negative", () -> policy.delay(ofSeconds(-1)));
    InvalidArguments.assertInvalid(
        "maxDelay (PT-1S) must not be negative", () -> policy.maxDelay(ofSeconds(-1)));
    InvalidArguments.assertInvalid(
        "resetAfter (PT-1S) must not be negative", () -> policy.resetAfter(ofSeconds(-1)));
    InvalidArguments.assertInvalid("must be at most 365d", () -> policy.delay(TOO_LONG));
    InvalidArguments.assertInvalid("must be at most 365d", () -> policy.maxDelay(TOO_LONG));
    InvalidArguments.assertInvalid("must be at most 365d", () -> policy.resetAfter(TOO_LONG));
  }

  @ParameterizedTest
  @ValueSource(doubles = {0.99, -1, 101, Double.NaN, Double.POSITIVE_INFINITY})
  void outOfRangeFactorIsRejected(double factor) {
    InvalidArguments.assertInvalid(
        "factor (" + factor + ") must be", () -> RestartPolicy.always().factor(factor));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
  void outOfRangeJitterIsRejected(double jitter) {
    InvalidArguments.assertInvalid(
        "jitter (" + jitter + ") must be", () -> RestartPolicy.always().jitter(jitter));
  }

  @Test
  void outOfRangeRetriesAndExitCodesAreRejected() {
    RestartPolicy policy = RestartPolicy.always();
    InvalidArguments.assertInvalid(
        "maxRetries (-1) must not be negative", () -> policy.maxRetries(-1));
    InvalidArguments.assertInvalid(
        "success code (256) must be", () -> policy.successCodes(Set.of(256)));
    InvalidArguments.assertInvalid(
        "success code (-1) must be", () -> policy.successCodes(Set.of(-1)));
  }

  @Test
  void longerGraceRaisesStopTimeout() {
    StopPolicy policy = StopPolicy.defaults().signal(Signal.INT).grace(ofMinutes(1));
    assertThat(policy.timeout()).isEqualTo(ofSeconds(80));
    assertThat(policy.signal()).isEqualTo(Signal.INT);
    assertThat(policy.timeout(ofSeconds(90)).grace()).isEqualTo(ofMinutes(1));
    assertThat(StopPolicy.defaults().grace(Duration.ZERO).timeout()).isEqualTo(ofSeconds(30));
  }

  @Test
  void outOfRangeStopPolicyIsRejected() {
    StopPolicy policy = StopPolicy.defaults();
    InvalidArguments.assertInvalid(
        "grace (PT-1S) must not be negative", () -> policy.grace(ofSeconds(-1)));
    InvalidArguments.assertInvalid("must not be negative", () -> policy.grace(TOO_NEGATIVE));
    InvalidArguments.assertInvalid("must be at most 365d", () -> policy.grace(TOO_LONG));
    InvalidArguments.assertInvalid(
        "timeout (PT0S) must be at least 1ms", () -> policy.timeout(Duration.ZERO));
    InvalidArguments.assertInvalid("must be at most 365d", () -> policy.timeout(TOO_LONG));
    InvalidArguments.assertInvalid(
        "timeout (10s) must be longer than the grace of 10s", () -> policy.timeout(ofSeconds(10)));
  }
}
