package io.luhproc.supervisor.state;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luhproc.service.RestartPolicy;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final RestartPolicy STEADY = RestartPolicy.always().jitter(0);

  @Test
  void delayGrowsUpToMaxDelay() {
    assertThat(Backoff.delay(STEADY, 1, 0)).isEqualTo(ofSeconds(1));
    assertThat(Backoff.delay(STEADY, 2, 0)).isEqualTo(ofSeconds(2));
    assertThat(Backoff.delay(STEADY, 6, 0)).isEqualTo(ofSeconds(32));
    assertThat(Backoff.delay(STEADY, 7, 0)).isEqualTo(ofSeconds(60));
    assertThat(Backoff.delay(STEADY, Integer.MAX_VALUE, 0)).isEqualTo(ofSeconds(60));
  }

  @Test
  void jitterVariesDelayInBothDirections() {
    RestartPolicy policy = STEADY.jitter(0.1);
    assertThat(Backoff.delay(policy, 1, -1)).isEqualTo(ofMillis(900));
    assertThat(Backoff.delay(policy, 1, 1)).isEqualTo(ofMillis(1100));
  }

  @Test
  void jitterNeverExceedsMaxDelay() {
    assertThat(Backoff.delay(STEADY.jitter(1), 20, 1)).isEqualTo(ofSeconds(60));
  }

  @Test
  void zeroDelayStaysZeroForAnyRetryCount() {
    RestartPolicy policy = STEADY.delay(Duration.ZERO).factor(100);
    assertThat(Backoff.delay(policy, Integer.MAX_VALUE, 1)).isZero();
  }

  @Test
  void retryNumberBelowOneIsRefused() {
    assertThatThrownBy(() -> Backoff.delay(STEADY, 0, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("retry (0) must be at least 1");
  }
}
