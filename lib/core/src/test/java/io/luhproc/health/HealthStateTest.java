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

/** Transitions of the health of a process. */
class HealthStateTest {
  private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
  private static final HealthPolicy POLICY =
      HealthCheck.tcp("localhost", 1)
          .every(Duration.ofSeconds(10))
          .startPeriod(Duration.ofSeconds(60))
          .successThreshold(2)
          .failureThreshold(3);

  /** Applies results, {@code +} for success and {@code -} for failure, one every 10 s. */
  private static HealthState stateAfter(
      HealthState start, HealthPolicy policy, int startSeconds, String results) {
    HealthState state = start;
    for (int i = 0; i < results.length(); i++) {
      state = state.with(policy, record(startSeconds + 10 * i, results.charAt(i) == '+'));
    }
    return state;
  }

  private static HealthStatus statusAfter(int startSeconds, String results) {
    return stateAfter(HealthState.initial(), POLICY, startSeconds, results).status();
  }

  private static CheckRecord record(int seconds, boolean passed) {
    HealthResult result = passed ? HealthResult.healthy() : HealthResult.unhealthy("no");
    return new CheckRecord(
        NOON.plusSeconds(seconds), Duration.ofSeconds(seconds), Duration.ofMillis(3), result);
  }

  @Test
  void statusChangesWhenConsecutiveResultsReachThreshold() {
    assertThat(statusAfter(100, "")).isEqualTo(STARTING);
    assertThat(statusAfter(100, "+")).isEqualTo(STARTING);
    assertThat(statusAfter(100, "++")).isEqualTo(HEALTHY);
    assertThat(statusAfter(100, "--")).isEqualTo(STARTING);
    assertThat(statusAfter(100, "---")).isEqualTo(UNHEALTHY);
    assertThat(statusAfter(100, "++--")).isEqualTo(HEALTHY);
    assertThat(statusAfter(100, "++---")).isEqualTo(UNHEALTHY);
    assertThat(statusAfter(100, "---+")).isEqualTo(UNHEALTHY);
    assertThat(statusAfter(100, "---++")).isEqualTo(HEALTHY);
  }

  @Test
  void oppositeResultResetsStreak() {
    assertThat(statusAfter(100, "+-+")).isEqualTo(STARTING);
    assertThat(statusAfter(100, "+-+-+-+-")).isEqualTo(STARTING);
    assertThat(statusAfter(100, "--+--")).isEqualTo(STARTING);
    assertThat(statusAfter(100, "++--+--+--")).isEqualTo(HEALTHY);
    assertThat(statusAfter(100, "---+-+")).isEqualTo(UNHEALTHY);
  }

  /** Compares every sequence of 12 results with a direct reading of the thresholds. */
  @Test
  void everyResultSequenceYieldsExpectedStatus() {
    for (int bits = 0; bits < 1 << 12; bits++) {
      String results =
          String.format("%12s", Integer.toBinaryString(bits))
              .replace('1', '+')
              .replaceAll("[ 0]", "-");
      HealthState state = stateAfter(HealthState.initial(), POLICY, 100, results);
      assertThat(state.status()).as(results).isEqualTo(expectedStatus(results));
      assertThat(state.consecutiveSuccesses()).as(results).isEqualTo(streakAtEnd(results, '+'));
      assertThat(state.consecutiveFailures()).as(results).isEqualTo(streakAtEnd(results, '-'));
    }
  }

  private static HealthStatus expectedStatus(String results) {
    int healthy = results.lastIndexOf("++");
    int unhealthy = results.lastIndexOf("---");
    return healthy < 0 && unhealthy < 0 ? STARTING : healthy > unhealthy ? HEALTHY : UNHEALTHY;
  }

  private static int streakAtEnd(String results, char kind) {
    int start = results.length();
    while (start > 0 && results.charAt(start - 1) == kind) {
      start--;
    }
    return results.length() - start;
  }

  @Test
  void failuresDuringStartPeriodAreNotCounted() {
    assertThat(statusAfter(0, "------")).isEqualTo(STARTING);
    assertThat(stateAfter(HealthState.initial(), POLICY, 0, "------").consecutiveFailures())
        .isZero();
    assertThat(statusAfter(0, "--------")).isEqualTo(STARTING);
    assertThat(statusAfter(0, "---------")).isEqualTo(UNHEALTHY);
  }

  @Test
  void failureOfCheckStartedAtEndOfStartPeriodIsCounted() {
    HealthState state = HealthState.initial().with(POLICY, record(59, false));
    assertThat(state.consecutiveFailures()).isZero();
    assertThat(state.with(POLICY, record(60, false)).consecutiveFailures()).isOne();
  }

  @Test
  void failuresDuringStartPeriodCountOnceHealthy() {
    assertThat(statusAfter(0, "++---")).isEqualTo(UNHEALTHY);
    assertThat(statusAfter(0, "+---")).isEqualTo(STARTING);
  }

  @Test
  void successesDuringStartPeriodAreCounted() {
    assertThat(statusAfter(0, "--++")).isEqualTo(HEALTHY);
  }

  @Test
  void failuresDuringFirstIntervalAreNotCountedWithoutStartPeriod() {
    HealthPolicy plain = POLICY.startPeriod(Duration.ZERO).failureThreshold(1);
    assertThat(HealthState.initial().with(plain, record(9, false)).status()).isEqualTo(STARTING);
    assertThat(HealthState.initial().with(plain, record(10, false)).status()).isEqualTo(UNHEALTHY);
  }

  @Test
  void historyKeepsLastTenRecordsOldestFirst() {
    HealthState state = stateAfter(HealthState.initial(), POLICY, 0, "-+-+-+-+-+-+");
    assertThat(state.history())
        .extracting(CheckRecord::startedAt)
        .isEqualTo(
            List.of(20, 30, 40, 50, 60, 70, 80, 90, 100, 110).stream()
                .map(NOON::plusSeconds)
                .toList());
  }

  @Test
  void stateIsImmutable() {
    HealthState before = stateAfter(HealthState.initial(), POLICY, 100, "++");
    HealthState after = before.with(POLICY, record(200, false));
    assertThat(before.history()).hasSize(2);
    assertThat(after.history()).hasSize(3);
    assertThatThrownBy(() -> after.history().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void countersSaturateAtMaxInt() {
    HealthState healthy = new HealthState(HEALTHY, Integer.MAX_VALUE, 0, List.of());
    assertThat(healthy.with(POLICY, record(100, true)).consecutiveSuccesses())
        .isEqualTo(Integer.MAX_VALUE);
    HealthState unhealthy = new HealthState(UNHEALTHY, 0, Integer.MAX_VALUE, List.of());
    assertThat(unhealthy.with(POLICY, record(100, false)).consecutiveFailures())
        .isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void negativeCountersAndOversizedHistoryAreRejected() {
    assertThatThrownBy(() -> new HealthState(HEALTHY, -1, 0, List.of()))
        .hasMessage("consecutiveSuccesses (-1) and consecutiveFailures (0) must not be negative");
    assertThatThrownBy(
            () -> new HealthState(HEALTHY, 0, 0, Collections.nCopies(11, record(1, true))))
        .hasMessage("history (11 checks) must have at most 10");
  }
}
