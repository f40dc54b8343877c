package io.luhproc.health;

import static io.luhproc.testing.InvalidArguments.assertInvalid;
import static java.time.Duration.ofDays;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Defaults and ranges of health policies. */
class HealthPolicyTest {
  private static final HealthCheck CHECK = HealthCheck.tcp("127.0.0.1", 5432);

  @Test
  void defaultsMatchDocumentation() {
    assertThat(CHECK.policy())
        .isEqualTo(new HealthPolicy(CHECK, ofSeconds(10), ofSeconds(5), Duration.ZERO, 1, 3, true));
  }

  @Test
  void eachSetterChangesOnlyItsOwnValue() {
    HealthPolicy policy =
        CHECK
            .every(ofSeconds(2))
            .timeout(ofSeconds(30))
            .startPeriod(ofSeconds(60))
            .successThreshold(2)
            .failureThreshold(5)
            .restartWhenUnhealthy(false);
    assertThat(policy)
        .isEqualTo(
            new HealthPolicy(CHECK, ofSeconds(2), ofSeconds(30), ofSeconds(60), 2, 5, false));
  }

  @Test
  void policiesWithEqualChecksAreEqual() {
    assertThat(HealthCheck.http("http://a:1/").expecting(200).policy())
        .isEqualTo(HealthCheck.http("http://a:1/").expecting("200").policy());
    assertThat(HealthCheck.exec("a", "b").policy()).isEqualTo(HealthCheck.exec("a", "b").policy());
    assertThat(HealthCheck.shell("a")).isNotEqualTo(HealthCheck.shell("b"));
    assertThat(HealthCheck.heartbeat(ofSeconds(1))).isEqualTo(HealthCheck.heartbeat(ofSeconds(1)));
  }

  @Test
  void outOfRangeDurationsAreRejected() {
    HealthPolicy policy = CHECK.policy();
    assertInvalid("interval (PT0S) must be at least 1ms", () -> policy.every(Duration.ZERO));
    assertInvalid("interval (PT-1S) must not be negative", () -> policy.every(ofSeconds(-1)));
    assertInvalid("interval (PT0.000001S) must be at least", () -> policy.every(ofNanos(1000)));
    assertInvalid("timeout (PT0S) must be at least", () -> policy.timeout(Duration.ZERO));
    assertInvalid("must be at most 365d", () -> policy.timeout(ofDays(365).plusNanos(1)));
    assertInvalid("must be at most 365d", () -> policy.every(ofSeconds(Long.MAX_VALUE)));
    assertInvalid("must be at most 365d", () -> policy.startPeriod(ofSeconds(Long.MAX_VALUE)));
    assertInvalid(
        "startPeriod (PT-0.001S) must not be negative", () -> policy.startPeriod(ofMillis(-1)));
  }

  @Test
  void thresholdsBelowOneAreRejected() {
    HealthPolicy policy = CHECK.policy();
    assertInvalid("successThreshold (0) must be at least 1", () -> policy.successThreshold(0));
    assertInvalid("failureThreshold (-3) must be at least 1", () -> policy.failureThreshold(-3));
  }
}
