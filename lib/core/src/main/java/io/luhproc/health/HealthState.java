package io.luhproc.health;

import java.util.ArrayList;
import java.util.List;

/**
 * What is known about the health of one run of a process: immutable, and each result makes the next
 * one.
 *
 * @param status what the results amount to
 * @param consecutiveSuccesses how many checks were passed in a row until now
 * @param consecutiveFailures how many failures that count came in a row until now
 * @param history the last results, at most 10, the oldest first; those that do not count included
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
   * Checks the values and copies the history.
   *
   * @throws IllegalArgumentException when a count is negative, or the history too long
   */
  public HealthState {
    if (consecutiveSuccesses < 0 || consecutiveFailures < 0) {
      throw new IllegalArgumentException(
          "successes ("
              + consecutiveSuccesses
              + ") and failures ("
              + consecutiveFailures
              + ") must not be negative");
    }
    if (history.size() > MAX_HISTORY) {
      throw new IllegalArgumentException(
          "history (" + history.size() + " results) must have at most " + MAX_HISTORY);
    }
    history = List.copyOf(history);
  }

  /** Returns what is known of a process that was just started: nothing. */
  public static HealthState initial() {
    return INITIAL;
  }

  /** Returns what is known with one result more, under a policy. */
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

  /** As in Docker: once it was healthy, a process is no longer excused for having just started. */
  private boolean countsAsFailure(HealthPolicy policy, CheckRecord record) {
    return status != HealthStatus.STARTING
        || record.monitoredFor().compareTo(policy.failureGracePeriod()) >= 0;
  }

  /** A process may be healthy for longer than an int can count. */
  private static int incrementSaturated(int count) {
    return count == Integer.MAX_VALUE ? count : count + 1;
  }

  private List<CheckRecord> appendToHistory(CheckRecord record) {
    List<CheckRecord> longer = new ArrayList<>(history);
    longer.add(record);
    return longer.subList(Math.max(0, longer.size() - MAX_HISTORY), longer.size());
  }
}
