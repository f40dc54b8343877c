package io.luhproc.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Tests the accepted range of durations and the messages for values outside of it. */
class DurationRangeTest {

  @Test
  void boundsAreAccepted() {
    assertThat(DurationRange.check("pause", Duration.ofMillis(1))).isEqualTo(Duration.ofMillis(1));
    assertThat(DurationRange.check("pause", Duration.ofDays(365))).isEqualTo(Duration.ofDays(365));
    assertThat(DurationRange.checkOrZero("pause", Duration.ZERO)).isZero();
    assertThat(DurationRange.checkOrZero("pause", Duration.ofDays(365)))
        .isEqualTo(Duration.ofDays(365));
  }

  @Test
  void tooShortDurationIsRejectedWithItsName() {
    assertRejected("pause (PT0S) must be at least 1ms", Duration.ZERO, false);
    assertRejected("pause (PT0.000999999S) must be at least 1ms", Duration.ofNanos(999_999), false);
    assertRejected("pause (PT-1S) must not be negative", Duration.ofSeconds(-1), false);
    assertRejected("pause (PT-0.000000001S) must not be negative", Duration.ofNanos(-1), true);
    assertRejected("must not be negative", Duration.ofSeconds(Long.MIN_VALUE), true);
  }

  @Test
  void tooLongDurationIsRejected() {
    assertRejected("must be at most 365d", Duration.ofDays(365).plusNanos(1), false);
    assertRejected("must be at most 365d", Duration.ofSeconds(Long.MAX_VALUE), false);
    assertRejected("must be at most 365d", Duration.ofSeconds(Long.MAX_VALUE), true);
  }

  private static void assertRejected(String message, Duration duration, boolean orZero) {
    assertThatThrownBy(
            () -> {
              Duration ignored =
                  orZero
                      ? DurationRange.checkOrZero("pause", duration)
                      : DurationRange.check("pause", duration);
            })
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }
}
