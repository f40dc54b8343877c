package io.luhproc.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatLineTest {
  private static final AuxiliaryVector UNITS = new AuxiliaryVector(16384, 100);
  private static final String NUMBERS =
      " S 41 40 39 34816 -1 4194560 10 20 30 40 150 25 7 8 20 0 12 0 987654 1000 3 18446744073709551615";

  private static Optional<ProcessEntry> parse(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    return StatLine.parse(bytes, bytes.length, UNITS);
  }

  @Test
  void everyFieldIsReadInItsUnit() {
    assertThat(parse("42 (java)" + NUMBERS + "\n"))
        .contains(
            new ProcessEntry(
                42, 41, 40, 39, 'S', 987654, Duration.ofMillis(1750), 3 * 16384, 12, "java"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a b", "a) S 1 2 3 (b", ")", "((", "line\nbreak", "tab\t) R", "", "größe", " "})
  void aNameMayHoldAnything(String name) {
    ProcessEntry entry = parse("42 (" + name + ")" + NUMBERS).orElseThrow();
    assertThat(entry.name()).isEqualTo(name);
    assertThat(entry.pid()).isEqualTo(42);
    assertThat(entry.state()).isEqualTo('S');
    assertThat(entry.parent()).isEqualTo(41);
    assertThat(entry.startTicks()).isEqualTo(987654);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"4", "42 (java", "42 (java)", "42 (java) S", "42 (java) S 1 2 3", "42 java S 1 2"})
  void aLineThatIsCutShortIsNothing(String line) {
    assertThat(parse(line)).isEmpty();
  }

  @Test
  void aZombieIsDeadUnlessOtherThreadsOfItGoOn() {
    assertThat(withStateAndThreads("Z", 1).isDead()).isTrue();
    assertThat(withStateAndThreads("X", 0).isDead()).isTrue();
    assertThat(withStateAndThreads("Z", 3).isDead()).isFalse();
    assertThat(withStateAndThreads("D", 1).isDead()).isFalse();
  }

  private static ProcessEntry withStateAndThreads(String state, int threads) {
    String numbers =
        NUMBERS.replace(" S ", " " + state + " ").replace(" 20 0 12 ", " 20 0 " + threads + " ");
    return parse("42 (java)" + numbers).orElseThrow();
  }

  private static long image(long flags, long startCode, long environmentStart, long end) {
    String start =
        "42 (java) S 41 40 39 0 -1 " + flags + " 1 2 3 4 5 6 7 8 20 0 12 0 99 1000 3 -1 ";
    String code = startCode + " 500 700 " + "0 ".repeat(47 - 28);
    String strings = "40 45 " + environmentStart + " " + end + " 0\n";
    return parse(start + code + strings).orElseThrow().image();
  }

  @Test
  void theImageIsAnotherWhenTheEnvironmentLiesElsewhere() {
    long image = image(0, 400, 50, 90);
    assertThat(image).isNotZero().isEqualTo(image(0, 400, 50, 90));
    assertThat(image).isNotEqualTo(image(0, 400, 50, 91));
    assertThat(image).isNotEqualTo(image(0, 400, 51, 90));
    assertThat(image).isNotEqualTo(image(0, 401, 50, 90));
  }

  @Test
  void theImageIsAnotherAfterAnExecEvenAtTheSameAddresses() {
    assertThat(image(0x40, 400, 50, 90)).isNotEqualTo(image(0, 400, 50, 90));
    assertThat(image(0x400, 400, 50, 90)).isEqualTo(image(0, 400, 50, 90));
  }

  @Test
  void betweenTwoProgramsThereIsNoImageAndAHiddenOneIsTheSameForAll() {
    assertThat(image(0, 400, 0, 0)).isZero();
    assertThat(image(0, 1, 0, 0)).isNotZero().isEqualTo(image(0, 1, 0, 0));
    assertThat(parse("42 (java)" + NUMBERS).orElseThrow().image()).isZero();
  }
}
