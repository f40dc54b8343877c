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
}
