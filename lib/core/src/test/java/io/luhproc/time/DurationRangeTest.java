package io.luhproc.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Which durations are taken, and what is said of the others. */
class DurationRangeTest {

  @Test
  void theEndsOfTheRangeAreInIt() {
    assertThat(DurationRange.check("pause", Duration.ofMillis(1))).isEqualTo(Duration.ofMillis(1));
    assertThat(DurationRange.check("pause", Duration.ofDays(365))).isEqualTo(Duration.ofDays(365));
    assertThat(DurationRange.checkOrZero("pause", Duration.ZERO)).isZero();
    assertThat(DurationRange.checkOrZero("pause", Duration.ofDays(365)))
        .isEqualTo(Duration.ofDays(365));
  }

  @Test
  void whatIsTooShortIsRefusedByItsName() {
    refuses("pause (PT0S) must be at least 1ms", Duration.ZERO, false);
    refuses("pause (PT0.000999999S) must be at least 1ms", Duration.ofNanos(999_999), false);
    refuses("pause (PT-1S) must not be negative", Duration.ofSeconds(-1), false);
    refuses("pause (PT-0.000000001S) must not be negative", Duration.ofNanos(-1), true);
    refuses("must not be negative", Duration.ofSeconds(Long.MIN_VALUE), true);
  }

  @Test
  void whatWouldOverflowIsRefused() {
    refuses("must be at most 365d", Duration.ofDays(365).plusNanos(1), false);
    refuses("must be at most 365d", Duration.ofSeconds(Long.MAX_VALUE), false);
    refuses("must be at most 365d", Duration.ofSeconds(Long.MAX_VALUE), true);
  }

  private static void refuses(String message, Duration duration, boolean orZero) {
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
