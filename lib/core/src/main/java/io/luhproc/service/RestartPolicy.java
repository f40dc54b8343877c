package io.luhproc.service;

import io.luhproc.time.DurationRange;
import java.time.Duration;
import java.util.Set;

/**
 * Whether, when and how often a process is started again after it ended by itself.
 *
 * <p>The pause before the n-th retry is {@code delay * factor^(n-1)}, at most {@code maxDelay},
 * plus or minus a share of up to {@code jitter} of it. Retries are counted from 0 again after a run
 * of {@code resetAfter}. A process that exits with 125 is never restarted.
 *
 * @param condition which ends are followed by a restart
 * @param maxRetries how many restarts in a row before it is given up; {@link #UNLIMITED} by default
 * @param delay the pause before the first retry, zero or more; default 1 s
 * @param maxDelay the longest pause; default 60 s
 * @param factor by what the pause grows with each retry, 1 to 100; default 2
 * @param jitter the share by which the pause varies, 0 to 1; default 0.1
 * @param resetAfter how long a run must last to count as stable; default 10 s
 * @param successCodes the exit codes that mean success, each 0 to 255; default 0 alone
 */
public record RestartPolicy(
    Condition condition,
    int maxRetries,
    Duration delay,
    Duration maxDelay,
    double factor,
    double jitter,
    Duration resetAfter,
    Set<Integer> successCodes) {
  /** The number of retries that is never reached. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  /** The exit code by which a process asks never to be restarted. */
  public static final int NO_RESTART_EXIT_CODE = 125;

  private static final double LARGEST_FACTOR = 100;

  /** Which ends are followed by a restart. */
  public enum Condition {
    /** Every end that was not wanted. */
    ALWAYS,
    /** An exit code that means no success, a signal, a failed health check, a failed launch. */
    ON_FAILURE,
    /** None. */
    NEVER
  }

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when one is out of its range
   */
  public RestartPolicy {
    if (maxRetries < 0) {
      throw new IllegalArgumentException("maxRetries (" + maxRetries + ") must not be negative");
    }
    DurationRange.checkOrZero("delay", delay);
    DurationRange.checkOrZero("maxDelay", maxDelay);
    DurationRange.checkOrZero("resetAfter", resetAfter);
    // Written so that NaN is refused too.
    if (!(factor >= 1 && factor <= LARGEST_FACTOR)) {
      throw new IllegalArgumentException("factor (" + factor + ") must be from 1 to 100");
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("jitter (" + jitter + ") must be from 0 to 1");
    }
    for (int code : successCodes) {
      if (code < 0 || code > 255) {
        throw new IllegalArgumentException("success code (" + code + ") must be from 0 to 255");
      }
    }
    successCodes = Set.copyOf(successCodes);
  }

  private static RestartPolicy of(Condition condition) {
    return new RestartPolicy(
        condition,
        UNLIMITED,
        Duration.ofSeconds(1),
        Duration.ofSeconds(60),
        2,
        0.1,
        Duration.ofSeconds(10),
        Set.of(0));
  }

  /** Restarts whenever the process ended by itself: after 1 s, 2 s, 4 s … 60 s, without a limit. */
  public static RestartPolicy always() {
    return of(Condition.ALWAYS);
  }

  /** Restarts after a failure: after 1 s, 2 s, 4 s … 60 s, without a limit; the default. */
  public static RestartPolicy onFailure() {
    return of(Condition.ON_FAILURE);
  }

  /** Never restarts. */
  public static RestartPolicy never() {
    return of(Condition.NEVER);
  }

  /** Returns whether an exit code means success. */
  public boolean isSuccess(int exitCode) {
    return successCodes.contains(exitCode);
  }

  /** Returns this policy with another number of retries; 0 gives up at the first failure. */
  public RestartPolicy maxRetries(int retries) {
    return new RestartPolicy(
        condition, retries, delay, maxDelay, factor, jitter, resetAfter, successCodes);
  }

  /** Returns this policy with another first pause; the longest is raised to it where it is less. */
  public RestartPolicy delay(Duration first) {
    Duration longest = first.compareTo(maxDelay) > 0 ? first : maxDelay;
    return new RestartPolicy(
        condition, maxRetries, first, longest, factor, jitter, resetAfter, successCodes);
  }

  /** Returns this policy with another longest pause. */
  public RestartPolicy maxDelay(Duration longest) {
    return new RestartPolicy(
        condition, maxRetries, delay, longest, factor, jitter, resetAfter, successCodes);
  }

  /** Returns this policy with another growth of the pause, 1 for none. */
  public RestartPolicy factor(double growth) {
    return new RestartPolicy(
        condition, maxRetries, delay, maxDelay, growth, jitter, resetAfter, successCodes);
  }

  /** Returns this policy with another jitter, 0 for none. */
  public RestartPolicy jitter(double share) {
    return new RestartPolicy(
        condition, maxRetries, delay, maxDelay, factor, share, resetAfter, successCodes);
  }

  /** Returns this policy with another length of a stable run. */
  public RestartPolicy resetAfter(Duration stable) {
    return new RestartPolicy(
        condition, maxRetries, delay, maxDelay, factor, jitter, stable, successCodes);
  }

  /** Returns this policy with other exit codes that mean success. */
  public RestartPolicy successCodes(Set<Integer> codes) {
    return new RestartPolicy(
        condition, maxRetries, delay, maxDelay, factor, jitter, resetAfter, codes);
  }
}
