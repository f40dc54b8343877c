package io.luhproc.service;

import io.luhproc.time.DurationRange;
import java.time.Duration;
import java.util.Set;

/**
 * Whether, when and how often a process is restarted after it has exited on its own. Immutable:
 * each method returns a changed copy.
 *
 * <p>The delay before the n-th retry is {@code delay * factor^(n-1)}, at most {@code maxDelay}. It
 * is randomly changed by up to {@code jitter} times the delay. A run of at least {@code resetAfter}
 * resets the number of retries to 0. A process that exits with {@value #NO_RESTART_EXIT_CODE} is
 * never restarted. One-shot processes are not restarted either, whatever their policy.
 *
 * @param condition which exits are followed by a restart
 * @param maxRetries number of consecutive restarts after which the process fails; default {@link
 *     #UNLIMITED}
 * @param delay delay before the first retry, 0 to 365 days; default 1 s
 * @param maxDelay maximum delay, 0 to 365 days; default 60 s
 * @param factor growth of the delay with each retry, 1 to 100; default 2
 * @param jitter random share of the delay, 0 to 1; default 0.1
 * @param resetAfter minimum duration of a stable run, 0 to 365 days; default 10 s
 * @param successCodes exit codes that mean success, each 0 to 255; default 0 only
 * @since 0.1
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
  /** Value of {@code maxRetries} for an unlimited number of retries. */
  public static final int UNLIMITED = Integer.MAX_VALUE;

  /** Exit code of a process that must not be restarted, whatever its policy. */
  public static final int NO_RESTART_EXIT_CODE = 125;

  private static final double LARGEST_FACTOR = 100;

  /** Which exits are followed by a restart. */
  public enum Condition {
    /** Every exit that was not requested. */
    ALWAYS,
    /** An exit code that is not a success code, a signal, a failed health check or launch. */
    ON_FAILURE,
    /** No exit. */
    NEVER
  }

  /**
   * Creates a policy.
   *
   * @throws IllegalArgumentException if a value is out of range
   */
  public RestartPolicy {
    if (maxRetries < 0) {
      throw new IllegalArgumentException("maxRetries (" + maxRetries + ") must not be negative");
    }
    DurationRange.checkOrZero("delay", delay);
    DurationRange.checkOrZero("maxDelay", maxDelay);
    DurationRange.checkOrZero("resetAfter", resetAfter);
    // Negated so that NaN is rejected too.
    if (!(factor >= 1 && factor <= LARGEST_FACTOR)) {
      throw new IllegalArgumentException("factor (" + factor + ") must be from 1 to 100");
    }
    if (!(jitter >= 0 && jitter <= 1)) {
      throw new IllegalArgumentException("jitter (" + jitter + ") must be from 0 to 1");
    }
    for (int code : successCodes) {
      if (code < 0 || code > 255) {
        throw new IllegalArgumentException("successCodes (" + code + ") must be from 0 to 255");
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

  /** Restarts after every exit, with delays of 1 s, 2 s, 4 s … 60 s and no limit of retries. */
  public static RestartPolicy always() {
    return of(Condition.ALWAYS);
  }

  /**
   * Restarts after failures, with delays of 1 s, 2 s, 4 s … 60 s and no limit of retries; the
   * default.
   */
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

  /**
   * Returns a copy with another maximum number of retries; with 0, the first failure is final.
   *
   * @throws IllegalArgumentException if it is negative
   */
  public RestartPolicy maxRetries(int retries) {
    return new RestartPolicy(
        condition, retries, delay, maxDelay, factor, jitter, resetAfter, successCodes);
  }

  /**
   * Returns a copy with another delay before the first retry. A smaller {@code maxDelay} is raised
   * to it.
   *
   * @throws IllegalArgumentException if it is negative or over 365 days
   */
  public RestartPolicy delay(Duration firstDelay) {
    Duration longest = firstDelay.compareTo(maxDelay) > 0 ? firstDelay : maxDelay;
    return new RestartPolicy(
        condition, maxRetries, firstDelay, longest, factor, jitter, resetAfter, successCodes);
  }

  /**
   * Returns a copy with another maximum delay.
   *
   * @throws IllegalArgumentException if it is negative or over 365 days
   */
  public RestartPolicy maxDelay(Duration longest) {
    return new RestartPolicy(
        condition, maxRetries, delay, longest, factor, jitter, resetAfter, successCodes);
  }

  /**
   * Returns a copy with another growth factor; with 1, the delay is constant.
   *
   * @throws IllegalArgumentException if it is not from 1 to 100
   */
  public RestartPolicy factor(double growth) {
    return new RestartPolicy(
        condition, maxRetries, delay, maxDelay, growth, jitter, resetAfter, successCodes);
  }

  /**
   * Returns a copy with another jitter; with 0, delays are not random.
   *
   * @throws IllegalArgumentException if it is not from 0 to 1
   */
  public RestartPolicy jitter(double share) {
    return new RestartPolicy(
        condition, maxRetries, delay, maxDelay, factor, share, resetAfter, successCodes);
  }

  /**
   * Returns a copy with another minimum duration of a stable run.
   *
   * @throws IllegalArgumentException if it is negative or over 365 days
   */
  public RestartPolicy resetAfter(Duration stable) {
    return new RestartPolicy(
        condition, maxRetries, delay, maxDelay, factor, jitter, stable, successCodes);
  }

  /**
   * Returns a copy with other success codes.
   *
   * @throws IllegalArgumentException if one is not from 0 to 255
   */
  public RestartPolicy successCodes(Set<Integer> codes) {
    return new RestartPolicy(
        condition, maxRetries, delay, maxDelay, factor, jitter, resetAfter, codes);
  }
}
