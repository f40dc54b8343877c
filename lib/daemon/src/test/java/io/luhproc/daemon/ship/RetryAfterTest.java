package io.luhproc.daemon.ship;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void secondsAndDatesAreRead() {
    assertThat(RetryAfter.parse("120", NOW)).contains(Duration.ofMinutes(2));
    assertThat(RetryAfter.parse(" 0 ", NOW)).contains(Duration.ZERO);
    assertThat(RetryAfter.parse("Thu, 01 Jan 2026 00:00:30 GMT", NOW))
        .contains(Duration.ofSeconds(30));
    assertThat(RetryAfter.parse("Wed, 31 Dec 2025 23:00:00 GMT", NOW)).contains(Duration.ZERO);
  }

  @Test
  void delayIsLimitedToOneHour() {
    assertThat(RetryAfter.parse("999999999", NOW)).contains(Duration.ofHours(1));
    assertThat(RetryAfter.parse("Fri, 01 Jan 2027 00:00:00 GMT", NOW))
        .contains(Duration.ofHours(1));
  }

  @Test
  void otherTextIsNone() {
    for (String text : new String[] {"", "-5", "soon", "1e9", "99999999999999999999", "1.5"}) {
      assertThat(RetryAfter.parse(text, NOW)).as(text).isEmpty();
    }
  }
}
