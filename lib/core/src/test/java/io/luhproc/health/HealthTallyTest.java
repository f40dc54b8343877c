package io.luhproc.health;

import static io.luhproc.health.HealthStatus.HEALTHY;
import static io.luhproc.health.HealthStatus.STARTING;
import static io.luhproc.health.HealthStatus.UNHEALTHY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class HealthTallyTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final HealthPolicy POLICY =
      HealthCheck.tcp("localhost", 1)
          .every(Duration.ofSeconds(10))
          .startPeriod(Duration.ofSeconds(60))
          .successThreshold(2)
          .failureThreshold(3);

  /** Adds results up: {@code +} passed, {@code -} failed, one each 10 s from an age on. */
  private static HealthTally tally(
      HealthTally start, HealthPolicy policy, int age, String results) {
    HealthTally tally = start;
    for (int i = 0; i < results.length(); i++) {
      tally = tally.with(policy, record(age + 10 * i, results.charAt(i) == '+'));
    }
    return tally;
  }

  private static HealthStatus status(int age, String results) {
    return tally(HealthTally.empty(), POLICY, age, results).status();
  }

  private static HealthRecord record(int age, boolean passed) {
    HealthResult result = passed ? HealthResult.healthy() : HealthResult.unhealthy("no");
    return new HealthRecord(
        NOON.plusSeconds(age), Duration.ofSeconds(age), Duration.ofMillis(3), result);
  }

  @Test
  void asManyInARowAsTheThresholdsSayChangeTheStatus() {
    assertThat(status(100, "")).isEqualTo(STARTING);
    assertThat(status(100, "+")).isEqualTo(STARTING);
    assertThat(status(100, "++")).isEqualTo(HEALTHY);
    assertThat(status(100, "--")).isEqualTo(STARTING);
    assertThat(status(100, "---")).isEqualTo(UNHEALTHY);
    assertThat(status(100, "++--")).isEqualTo(HEALTHY);
    assertThat(status(100, "++---")).isEqualTo(UNHEALTHY);
    assertThat(status(100, "---+")).isEqualTo(UNHEALTHY);
    assertThat(status(100, "---++")).isEqualTo(HEALTHY);
  }

  @Test
  void oneOfTheOtherKindBeginsTheRowAnew() {
    assertThat(status(100, "+-+")).isEqualTo(STARTING);
    assertThat(status(100, "+-+-+-+-")).isEqualTo(STARTING);
    assertThat(status(100, "--+--")).isEqualTo(STARTING);
    assertThat(status(100, "++--+--+--")).isEqualTo(HEALTHY);
    assertThat(status(100, "---+-+")).isEqualTo(UNHEALTHY);
  }

  /** Every sequence of 12 results against what the words of the policy say. */
  @Test
  void everySequenceOfResultsEndsAsTheWordsSay() {
    for (int bits = 0; bits < 1 << 12; bits++) {
      String results =
          String.format("%12s", Integer.toBinaryString(bits))
              .replace('1', '+')
              .replaceAll("[ 0]", "-");
      HealthTally tally = tally(HealthTally.empty(), POLICY, 100, results);
      assertThat(tally.status()).as(results).isEqualTo(byWords(results));
      assertThat(tally.successes()).as(results).isEqualTo(rowAtEnd(results, '+'));
      assertThat(tally.failures()).as(results).isEqualTo(rowAtEnd(results, '-'));
    }
  }

  private static HealthStatus byWords(String results) {
    int healthy = results.lastIndexOf("++");
    int unhealthy = results.lastIndexOf("---");
    return healthy < 0 && unhealthy < 0 ? STARTING : healthy > unhealthy ? HEALTHY : UNHEALTHY;
  }

  private static int rowAtEnd(String results, char kind) {
    int at = results.length();
    while (at > 0 && results.charAt(at - 1) == kind) {
      at--;
    }
    return results.length() - at;
  }

  @Test
  void failuresInTheStartPeriodDoNotCount() {
    assertThat(status(0, "------")).isEqualTo(STARTING);
    assertThat(tally(HealthTally.empty(), POLICY, 0, "------").failures()).isZero();
    assertThat(status(0, "--------")).isEqualTo(STARTING);
    assertThat(status(0, "---------")).isEqualTo(UNHEALTHY);
  }

  @Test
  void aCheckThatBeganAtTheEndOfTheStartPeriodCounts() {
    HealthTally tally = HealthTally.empty().with(POLICY, record(59, false));
    assertThat(tally.failures()).isZero();
    assertThat(tally.with(POLICY, record(60, false)).failures()).isOne();
  }

  @Test
  void whoWasHealthyIsNoLongerExcusedByTheStartPeriod() {
    assertThat(status(0, "++---")).isEqualTo(UNHEALTHY);
    assertThat(status(0, "+---")).isEqualTo(STARTING);
  }

  @Test
  void aSuccessInTheStartPeriodMakesHealthyAtOnce() {
    assertThat(status(0, "--++")).isEqualTo(HEALTHY);
  }

  @Test
  void withoutAStartPeriodFailuresOfTheFirstIntervalDoNotCount() {
    HealthPolicy plain = POLICY.startPeriod(Duration.ZERO).failureThreshold(1);
    assertThat(HealthTally.empty().with(plain, record(9, false)).status()).isEqualTo(STARTING);
    assertThat(HealthTally.empty().with(plain, record(10, false)).status()).isEqualTo(UNHEALTHY);
  }

  @Test
  void theLastTenResultsAreKeptOldestFirst() {
    HealthTally tally = tally(HealthTally.empty(), POLICY, 0, "-+-+-+-+-+-+");
    assertThat(tally.history())
        .extracting(HealthRecord::time)
        .isEqualTo(
            List.of(20, 30, 40, 50, 60, 70, 80, 90, 100, 110).stream()
                .map(NOON::plusSeconds)
                .toList());
  }

  @Test
  void aTallyNeverChanges() {
    HealthTally before = tally(HealthTally.empty(), POLICY, 100, "++");
    HealthTally after = before.with(POLICY, record(200, false));
    assertThat(before.history()).hasSize(2);
    assertThat(after.history()).hasSize(3);
    assertThatThrownBy(() -> after.history().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void countsDoNotOverflow() {
    HealthTally old = new HealthTally(HEALTHY, Integer.MAX_VALUE, 0, List.of());
    assertThat(old.with(POLICY, record(100, true)).successes()).isEqualTo(Integer.MAX_VALUE);
    HealthTally ill = new HealthTally(UNHEALTHY, 0, Integer.MAX_VALUE, List.of());
    assertThat(ill.with(POLICY, record(100, false)).failures()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void impossibleTalliesAreRefused() {
    assertThatThrownBy(() -> new HealthTally(HEALTHY, -1, 0, List.of()))
        .hasMessage("successes (-1) and failures (0) must not be negative");
    assertThatThrownBy(
            () -> new HealthTally(HEALTHY, 0, 0, Collections.nCopies(11, record(1, true))))
        .hasMessage("history (11 results) must have at most 10");
  }
}
