package io.luhproc.health;

import java.util.ArrayList;
import java.util.List;

/**
 * Health of one run of a process, with the checks it was derived from. Immutable.
 *
 * @param status the current health
 * @param consecutiveSuccesses number of successes since the last failure
 * @param consecutiveFailures number of failures since the last success, without those that do not
 *     count; see {@link HealthPolicy}
 * @param history the last checks, at most 10, oldest first, including failures that do not count
 * @since 0.1
 */
public record HealthState(
    HealthStatus status,
    int consecutiveSuccesses,
    int consecutiveFailures,
    List<CheckRecord> history) {
  private static final int MAX_HISTORY = 10;
  private static final HealthState INITIAL =
      new HealthState(HealthStatus.STARTING, 0, 0, List.of());

  /**
   * Creates a state.
   *
   * @throws IllegalArgumentException if a counter is negative or the history has more than 10
   *     checks
   */
  public HealthState {
    if (consecutiveSuccesses < 0 || consecutiveFailures < 0) {
      throw new IllegalArgumentException(
          "consecutiveSuccesses ("
              + consecutiveSuccesses
              + ") and consecutiveFailures ("
              + consecutiveFailures
              + ") must not be negative");
    }
    if (history.size() > MAX_HISTORY) {
      throw new IllegalArgumentException(
          "history (" + history.size() + " checks) must have at most " + MAX_HISTORY);
    }
    history = List.copyOf(history);
  }

  /** Returns the state of a process that has not been checked yet. */
  public static HealthState initial() {
    return INITIAL;
  }

  /**
   * Returns the state after one more check.
   *
   * @param policy the thresholds and the start period
   * @param record the check
   */
  public HealthState with(HealthPolicy policy, CheckRecord record) {
    return record.result().isHealthy()
        ? afterSuccess(policy, record)
        : afterFailure(policy, record);
  }

  private HealthState afterSuccess(HealthPolicy policy, CheckRecord record) {
    int streak = incrementSaturated(consecutiveSuccesses);
    HealthStatus next = streak >= policy.successThreshold() ? HealthStatus.HEALTHY : status;
    return new HealthState(next, streak, 0, appendToHistory(record));
  }

  private HealthState afterFailure(HealthPolicy policy, CheckRecord record) {
    int streak =
        countsAsFailure(policy, record)
            ? incrementSaturated(consecutiveFailures)
            : consecutiveFailures;
    HealthStatus next = streak >= policy.failureThreshold() ? HealthStatus.UNHEALTHY : status;
    return new HealthState(next, 0, streak, appendToHistory(record));
  }

  /** As in Docker, the start period ends when the process becomes healthy. */
  private boolean countsAsFailure(HealthPolicy policy, CheckRecord record) {
    return status != HealthStatus.STARTING
        || record.monitoredFor().compareTo(policy.failureGracePeriod()) >= 0;
  }

  /** Checks of a long-running process can exceed the range of an int. */
  private static int incrementSaturated(int count) {
    return count == Integer.MAX_VALUE ? count : count + 1;
  }

  private List<CheckRecord> appendToHistory(CheckRecord record) {
    List<CheckRecord> longer = new ArrayList<>(history);
    longer.add(record);
    return longer.subList(Math.max(0, longer.size() - MAX_HISTORY), longer.size());
  }
}
