package io.luhproc.cli.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TimeArgumentsTest {
  private static final ZonedDateTime NOW =
      ZonedDateTime.parse("2026-01-31T12:00:00+01:00[Europe/Berlin]");

  @ParameterizedTest
  @CsvSource({"10, PT10S", "0, PT0S", "1.5, PT1.5S", "10s, PT10S", "2m, PT2M", "1h 30m, PT1H30M"})
  void durationWithoutUnitIsInSeconds(String text, String expected) {
    assertThat(TimeArguments.parseDuration("--timeout", text)).hasToString(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "10m, 2026-01-31T10:50:00Z",
    "10, 2026-01-31T10:59:50Z",
    "now, 2026-01-31T11:00:00Z",
    "today, 2026-01-30T23:00:00Z",
    "yesterday, 2026-01-29T23:00:00Z",
    "2026-01-31, 2026-01-30T23:00:00Z",
    "2026-07-01, 2026-06-30T22:00:00Z",
    "08:30, 2026-01-31T07:30:00Z",
    "08:30:15, 2026-01-31T07:30:15Z",
    "2026-01-31T08:30, 2026-01-31T07:30:00Z",
    "2026-01-31 08:30:15.5, 2026-01-31T07:30:15.500Z",
    "2026-01-31T08:30:00Z, 2026-01-31T08:30:00Z",
    "2026-01-31 08:30:00+05:30, 2026-01-31T03:00:00Z",
    "2026-01-31T08:30-05:00, 2026-01-31T13:30:00Z",
    "@1700000000, 2023-11-14T22:13:20Z",
    "9999999999999d, 1970-01-01T00:00:00Z"
  })
  void timeIsDurationBeforeNowOrLocalTimeUnlessItNamesItsZone(String text, String expected) {
    assertThat(TimeArguments.parseTime("--since", text, NOW)).isEqualTo(Instant.parse(expected));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "x", "-10m", "2026-13-01", "2026-02-30", "25:00", "2026-01-31T", "@x"})
  void messageNamesOptionTextAndFormsWhenTimeIsInvalid(String text) {
    assertThatThrownBy(() -> TimeArguments.parseTime("--since", text, NOW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--since (" + text + ") must be a duration before now such as 10m");
  }

  @Test
  void timeAfterTheLastInstantIsTheLastInstant() {
    assertThat(TimeArguments.parseTime("--until", "@9223372036854775807", NOW))
        .isEqualTo(Instant.MAX);
  }
}
