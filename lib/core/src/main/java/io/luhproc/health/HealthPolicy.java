package io.luhproc.health;

import io.luhproc.time.DurationRange;
import java.time.Duration;

/**
 * How often a process is checked, and how many results change its health. Immutable: each method
 * returns a changed copy.
 *
 * <p>Checks of one process never overlap, so the timeout may exceed the interval. Until the first
 * success, checks are made sooner than the interval: the first after 100 ms, the next ones after
 * doubling delays up to the interval. Failures before the end of the start period, or of the first
 * interval if that is longer, do not count.
 *
 * @param check the check
 * @param interval time between the end of a check and the next one; default 10 s, as in Kubernetes
 * @param timeout how long a check may take; default 5 s. The 1 s of Kubernetes is too short to
 *     start a command on a busy machine; the 30 s of Docker hide hanging processes.
 * @param startPeriod time after the start in which failures do not count until the process was
 *     healthy once; default 0, as in Docker
 * @param successThreshold consecutive successes that make the process healthy; default 1
 * @param failureThreshold consecutive failures that make it unhealthy; default 3
 * @param restartWhenUnhealthy whether an unhealthy process is restarted; default true
 * @since 0.1
 */
public record HealthPolicy(
    HealthCheck check,
    Duration interval,
    Duration timeout,
    Duration startPeriod,
    int successThreshold,
    int failureThreshold,
    boolean restartWhenUnhealthy) {
  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(10);
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

  /**
   * Creates a policy.
   *
   * @throws IllegalArgumentException if {@code interval} or {@code timeout} is not from 1 ms to 365
   *     days, {@code startPeriod} is negative or over 365 days, or a threshold is less than 1
   */
  public HealthPolicy {
    DurationRange.check("interval", interval);
    DurationRange.check("timeout", timeout);
    DurationRange.checkOrZero("startPeriod", startPeriod);
    checkThreshold("successThreshold", successThreshold);
    checkThreshold("failureThreshold", failureThreshold);
  }

  private static void checkThreshold(String name, int threshold) {
    if (threshold < 1) {
      throw new IllegalArgumentException(name + " (" + threshold + ") must be at least 1");
    }
  }

  static HealthPolicy of(HealthCheck check) {
    return new HealthPolicy(check, DEFAULT_INTERVAL, DEFAULT_TIMEOUT, Duration.ZERO, 1, 3, true);
  }

  /**
   * Returns a copy with another interval.
   *
   * @param newInterval time between the end of a check and the next one
   * @throws IllegalArgumentException if it is not from 1 ms to 365 days
   */
  public HealthPolicy every(Duration newInterval) {
    return new HealthPolicy(
        check,
        newInterval,
        timeout,
        startPeriod,
        successThreshold,
        failureThreshold,
        restartWhenUnhealthy);
  }

  /**
   * Returns a copy with another timeout.
   *
   * @throws IllegalArgumentException if it is not from 1 ms to 365 days
   */
  public HealthPolicy timeout(Duration newTimeout) {
    return new HealthPolicy(
        check,
        interval,
        newTimeout,
        startPeriod,
        successThreshold,
        failureThreshold,
        restartWhenUnhealthy);
  }

  /**
   * Returns a copy with another start period.
   *
   * @throws IllegalArgumentException if it is negative or over 365 days
   */
  public HealthPolicy startPeriod(Duration newPeriod) {
    return new HealthPolicy(
        check,
        interval,
        timeout,
        newPeriod,
        successThreshold,
        failureThreshold,
        restartWhenUnhealthy);
  }

  /**
   * Returns a copy with another number of consecutive successes that make a process healthy.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public HealthPolicy successThreshold(int checks) {
    return new HealthPolicy(
        check, interval, timeout, startPeriod, checks, failureThreshold, restartWhenUnhealthy);
  }

  /**
   * Returns a copy with another number of consecutive failures that make a process unhealthy.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public HealthPolicy failureThreshold(int checks) {
    return new HealthPolicy(
        check, interval, timeout, startPeriod, successThreshold, checks, restartWhenUnhealthy);
  }

  /** Returns a copy that restarts an unhealthy process, or only reports it. */
  public HealthPolicy restartWhenUnhealthy(boolean restart) {
    return new HealthPolicy(
        check, interval, timeout, startPeriod, successThreshold, failureThreshold, restart);
  }

  /** Returns the time in which failures of a process that was never healthy do not count. */
  Duration failureGracePeriod() {
    return startPeriod.compareTo(interval) > 0 ? startPeriod : interval;
  }
}
