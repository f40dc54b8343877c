package io.luhproc.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.DateTimeException;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Comparison with the formatter and the parser of the JDK. */
class InstantFormatTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-20T17:00:00Z",
        "2026-11-20T17:00:00.120Z",
        "2026-11-20T17:00:00.123456Z",
        "2026-11-20T17:00:00.000000001Z",
        "2024-02-29T23:59:59.999999999Z",
        "1969-12-31T23:59:59.5Z",
        "+10000-01-01T00:00:00Z",
        "-0001-01-01T00:00:00Z"
      })
  void parseMatchesInstantParse(String text) {
    assertThat(InstantFormat.parse(text)).isEqualTo(Instant.parse(text));
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        1,
        -1,
        1_000,
        120_000_000,
        123_456_789,
        1_763_659_801_000_000_000L,
        1_763_659_800_000_000_000L,
        1_763_659_800_123_456_000L
      })
  void formatMatchesInstantToString(long nanos) {
    Instant time = Instant.EPOCH.plusNanos(nanos);
    assertThat(InstantFormat.format(time)).isEqualTo(time.toString());
    assertThat(InstantFormat.format(Instant.MAX)).isEqualTo(Instant.MAX.toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Z",
        "yesterday",
        "2026-11-20",
        "2026-11-20T17:00:00",
        "2026-13-20T17:00:00Z",
        "2026-02-30T17:00:00Z",
        "2026-11-20T17:00:61Z",
        "2026-11-20T17:00:00.1234567890Z",
        "2026-11-20 17:00:00Z",
        "2O26-11-20T17:00:00Z"
      })
  void parseThrowsOnInvalidText(String text) {
    assertThatThrownBy(() -> InstantFormat.parse(text)).isInstanceOf(DateTimeException.class);
  }
}
