package io.luhproc.procfs;

import static org.assertj.core.api.Assertions.assertThat;

import io.luhproc.process.ProcessStat;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatParserTest {
  private static final AuxiliaryVector UNITS = new AuxiliaryVector(16384, 100);
  private static final String NUMBERS =
      " S 41 40 39 34816 -1 4194560 10 20 30 40 150 25 7 8 20 0 12 0 987654 1000 3"
          + " 18446744073709551615";

  private static Optional<ProcessStat> parse(String line) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    return StatParser.parse(bytes, bytes.length, UNITS);
  }

  @Test
  void allFieldsAreConvertedToTheirUnits() {
    assertThat(parse("42 (java)" + NUMBERS + "\n"))
        .contains(
            new ProcessStat(
                42, 41, 40, 39, 'S', 987654, Duration.ofMillis(1750), 3 * 16384, 12, "java"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a b", "a) S 1 2 3 (b", ")", "((", "line\nbreak", "tab\t) R", "", "größe", " "})
  void unusualNamesAreParsed(String name) {
    ProcessStat entry = parse("42 (" + name + ")" + NUMBERS).orElseThrow();
    assertThat(entry.name()).isEqualTo(name);
    assertThat(entry.pid()).isEqualTo(42);
    assertThat(entry.state()).isEqualTo('S');
    assertThat(entry.parentPid()).isEqualTo(41);
    assertThat(entry.startTicks()).isEqualTo(987654);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"4", "42 (java", "42 (java)", "42 (java) S", "42 (java) S 1 2 3", "42 java S 1 2"})
  void truncatedLineIsEmpty(String line) {
    assertThat(parse(line)).isEmpty();
  }

  @Test
  void zombieIsDeadUnlessOtherThreadsRun() {
    assertThat(withStateAndThreads("Z", 1).isDead()).isTrue();
    assertThat(withStateAndThreads("X", 0).isDead()).isTrue();
    assertThat(withStateAndThreads("Z", 3).isDead()).isFalse();
    assertThat(withStateAndThreads("D", 1).isDead()).isFalse();
  }

  private static ProcessStat withStateAndThreads(String state, int threads) {
    String numbers =
        NUMBERS.replace(" S ", " " + state + " ").replace(" 20 0 12 ", " 20 0 " + threads + " ");
    return parse("42 (java)" + numbers).orElseThrow();
  }

  private static long execId(long flags, long startCode, long environmentStart, long end) {
    String start =
        "42 (java) S 41 40 39 0 -1 " + flags + " 1 2 3 4 5 6 7 8 20 0 12 0 99 1000 3 -1 ";
    String code = startCode + " 500 700 " + "0 ".repeat(47 - 28);
    String strings = "40 45 " + environmentStart + " " + end + " 0\n";
    return parse(start + code + strings).orElseThrow().execId();
  }

  @Test
  void execIdDiffersWhenAddressesDiffer() {
    long execId = execId(0, 400, 50, 90);
    assertThat(execId).isNotZero().isEqualTo(execId(0, 400, 50, 90));
    assertThat(execId).isNotEqualTo(execId(0, 400, 50, 91));
    assertThat(execId).isNotEqualTo(execId(0, 400, 51, 90));
    assertThat(execId).isNotEqualTo(execId(0, 401, 50, 90));
  }

  @Test
  void execIdDiffersAfterExecAtSameAddresses() {
    assertThat(execId(0x40, 400, 50, 90)).isNotEqualTo(execId(0, 400, 50, 90));
    assertThat(execId(0x400, 400, 50, 90)).isEqualTo(execId(0, 400, 50, 90));
  }

  @Test
  void execIdIsZeroDuringExecAndConstantWhenHidden() {
    assertThat(execId(0, 400, 0, 0)).isZero();
    assertThat(execId(0, 1, 0, 0)).isNotZero().isEqualTo(execId(0, 1, 0, 0));
    assertThat(parse("42 (java)" + NUMBERS).orElseThrow().execId()).isZero();
  }
}
