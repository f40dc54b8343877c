package io.luhproc.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class DurationAndSizeFormatTest {

  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "10s, PT10S",
    "2m, PT2M",
    "1h, PT1H",
    "1d, PT24H",
    "0s, PT0S",
    "1.5h, PT1H30M",
    "1h30m, PT1H30M",
    "' 1h  2m ', PT1H2M",
    "1 h 2 m, PT1H2M",
    "10S, PT10S",
    "PT10S, PT10S",
    "p1dt1h, PT25H",
    "0.0000000001s, PT0S",
    "1ms1d, PT24H0.001S",
    "9223372036854775807s, PT2562047788015215H30M7S"
  })
  void durationsAreParsedInAllSupportedForms(String text, Duration expected) {
    assertThat(DurationAndSizeFormat.parseDuration(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "10",
        "s",
        "-1s",
        "10x",
        "10 s s",
        "1.s",
        ".5s",
        "1..5s",
        "1.2.3s",
        "1h 30",
        "+1s",
        "1e3s",
        "P",
        "PT",
        "PT-1S",
        "-PT1S",
        "P1Y",
        "9223372036854775808s",
        "106751991167301d",
        "1,5s",
        "١٠s",
        "ten seconds",
        "NaN",
        "1_000s",
        "10s\0"
      })
  void invalidDurationIsRejectedWithSupportedForms(String text) {
    assertThatThrownBy(() -> DurationAndSizeFormat.parseDuration(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("duration (" + text + ") must be ");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "512, 512",
    "512B, 512",
    "1K, 1024",
    "1k, 1024",
    "64MiB, 67108864",
    "10M, 10485760",
    "10MB, 10000000",
    "1.5GiB, 1610612736",
    "2 TB, 2000000000000",
    "0.3B, 0",
    "1tib, 1099511627776",
    "9223372036854775807, 9223372036854775807"
  })
  void sizesAreParsedInAllSupportedForms(String text, long expected) {
    assertThat(DurationAndSizeFormat.parseSize(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "B",
        "-1",
        "1X",
        "1MBi",
        "1 M B",
        "1.",
        ".5M",
        "1.2.3M",
        "8388608T",
        "9223372036854775808",
        "0x10",
        "1e3",
        "1M2K",
        "MiB"
      })
  void invalidSizeIsRejectedWithSupportedForms(String text) {
    assertThatThrownBy(() -> DurationAndSizeFormat.parseSize(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("size (" + text + ") must be ");
  }

  @Test
  void overlongTextIsTruncatedInMessage() {
    String overlong = "9".repeat(1_000_000) + "s";
    assertThatThrownBy(() -> DurationAndSizeFormat.parseDuration(overlong))
        .isInstanceOf(IllegalArgumentException.class)
        .satisfies(exception -> assertThat(exception.getMessage()).hasSizeLessThan(300));
  }

  @ParameterizedTest
  @CsvSource({
    "PT0S, 0s",
    "PT0.0009S, 0s",
    "PT0.5S, 500ms",
    "PT59.999S, 59s",
    "PT1M, 1m",
    "PT1M1S, 1m 1s",
    "PT1H2M3S, 1h 2m",
    "PT24H, 1d",
    "PT49H59M, 2d 1h",
    "PT-90S, -1m 30s"
  })
  void durationsAreFormattedInTwoLargestUnits(Duration duration, String expected) {
    assertThat(DurationAndSizeFormat.format(duration)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0B",
    "1023, 1023B",
    "1024, 1KiB",
    "1536, 1.5KiB",
    "67108864, 64MiB",
    "1048575, 1023.9KiB",
    "9223372036854775807, 7.9EiB",
    "1152921504606846976, 1EiB"
  })
  void sizesAreFormattedInPowersOf1024(long bytes, String expected) {
    assertThat(DurationAndSizeFormat.format(bytes)).isEqualTo(expected);
  }

  @Test
  void negativeSizeIsRejected() {
    assertThatThrownBy(() -> DurationAndSizeFormat.format(-1L))
        .hasMessage("bytes (-1) must not be negative");
  }

  @Test
  void formattedValuesRoundTrip() {
    Random random = new Random(7);
    for (int round = 0; round < 10_000; round++) {
      long number = random.nextLong() >>> (1 + random.nextInt(60));
      String duration = DurationAndSizeFormat.format(Duration.ofMillis(number));
      assertThat(DurationAndSizeFormat.format(DurationAndSizeFormat.parseDuration(duration)))
          .isEqualTo(duration);
      String size = DurationAndSizeFormat.format(number % (1L << 50));
      assertThat(DurationAndSizeFormat.parseSize(size)).isBetween(0L, number % (1L << 50));
    }
  }
}
