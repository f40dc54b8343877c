package io.luhproc.health;

import java.util.ArrayList;
import java.util.List;

/**
 * What is known about the health of one run of a process: immutable, and each result makes the next
 * one.
 *
 * @param status what the results amount to
 * @param successes how many checks were passed in a row until now
 * @param failures how many failures that count came in a row until now
 * @param history the last results, at most 10, the oldest first; those that do not count included
 */
public record HealthTally(
    HealthStatus status, int successes, int failures, List<HealthRecord> history) {
  private static final int LONGEST_HISTORY = 10;
  private static final HealthTally EMPTY = new HealthTally(HealthStatus.STARTING, 0, 0, List.of());

  /**
   * Checks the values and copies the history.
   *
   * @throws IllegalArgumentException when a count is negative, or the history too long
   */
  public HealthTally {
    if (successes < 0 || failures < 0) {
      throw new IllegalArgumentException(
          "successes (" + successes + ") and failures (" + failures + ") must not be negative");
    }
    if (history.size() > LONGEST_HISTORY) {
      throw new IllegalArgumentException(
          "history (" + history.size() + " results) must have at most " + LONGEST_HISTORY);
    }
    history = List.copyOf(history);
  }

  /** Returns what is known of a process that was just started: nothing. */
  public static HealthTally empty() {
    return EMPTY;
  }

  /** Returns what is known with one result more, under a policy. */
  public HealthTally with(HealthPolicy policy, HealthRecord record) {
    return record.result().isHealthy() ? passed(policy, record) : failed(policy, record);
  }

  private HealthTally passed(HealthPolicy policy, HealthRecord record) {
    int row = plusOne(successes);
    HealthStatus next = row >= policy.successThreshold() ? HealthStatus.HEALTHY : status;
    return new HealthTally(next, row, 0, remember(record));
  }

  private HealthTally failed(HealthPolicy policy, HealthRecord record) {
    int row = counts(policy, record) ? plusOne(failures) : failures;
    HealthStatus next = row >= policy.failureThreshold() ? HealthStatus.UNHEALTHY : status;
    return new HealthTally(next, 0, row, remember(record));
  }

  /** As in Docker: once it was healthy, a process is no longer excused for having just started. */
  private boolean counts(HealthPolicy policy, HealthRecord record) {
    return status != HealthStatus.STARTING || record.age().compareTo(policy.lenience()) >= 0;
  }

  /** A process may be healthy for longer than an int can count. */
  private static int plusOne(int count) {
    return count == Integer.MAX_VALUE ? count : count + 1;
  }

  private List<HealthRecord> remember(HealthRecord record) {
    List<HealthRecord> longer = new ArrayList<>(history);
    longer.add(record);
    return longer.subList(Math.max(0, longer.size() - LONGEST_HISTORY), longer.size());
  }
}
