package io.luhproc.health;

import io.luhproc.time.DurationRange;
import java.time.Duration;

/**
 * What is checked, how often, and when it counts. A policy is immutable: each method returns
 * another one.
 *
 * <p>Checks of one process never overlap, so the timeout may be longer than the interval. Until the
 * first check is passed, it is also looked sooner than the interval says, first after 100 ms and
 * then ever more rarely, so that a process is known to be up when it is up; what fails within the
 * first interval does not count.
 *
 * @param check what is checked
 * @param interval the pause between the end of a check and the next one; default 10 s, as in
 *     Kubernetes
 * @param timeout how long a check may take; default 5 s: the 1 s of Kubernetes is less than what a
 *     busy machine needs to start a command, the 30 s of Docker hide what hangs
 * @param startPeriod how long after its start a process that was not yet healthy may fail checks
 *     without their counting; default 0, as in Docker
 * @param successThreshold how many checks in a row make the process healthy; default 1
 * @param failureThreshold how many failures in a row make it unhealthy; default 3
 * @param restartWhenUnhealthy whether it is restarted then; default true
 */
public record HealthPolicy(
    HealthCheck check,
    Duration interval,
    Duration timeout,
    Duration startPeriod,
    int successThreshold,
    int failureThreshold,
    boolean restartWhenUnhealthy) {
  static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(5);

  private static final Duration DEFAULT_INTERVAL = Duration.ofSeconds(10);

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when the interval or the timeout is under 1 ms, a duration is
   *     negative or over 365 days, or a threshold under 1
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
   * Returns this policy with another interval.
   *
   * @throws IllegalArgumentException when it is under 1 ms or over 365 days
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
   * Returns this policy with another timeout.
   *
   * @throws IllegalArgumentException when it is under 1 ms or over 365 days
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
   * Returns this policy with another start period.
   *
   * @throws IllegalArgumentException when it is negative or over 365 days
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
   * Returns this policy with another number of passed checks that make a process healthy.
   *
   * @throws IllegalArgumentException when it is under 1
   */
  public HealthPolicy successThreshold(int checks) {
    return new HealthPolicy(
        check, interval, timeout, startPeriod, checks, failureThreshold, restartWhenUnhealthy);
  }

  /**
   * Returns this policy with another number of failed checks that make a process unhealthy.
   *
   * @throws IllegalArgumentException when it is under 1
   */
  public HealthPolicy failureThreshold(int checks) {
    return new HealthPolicy(
        check, interval, timeout, startPeriod, successThreshold, checks, restartWhenUnhealthy);
  }

  /** Returns this policy with or without a restart of a process that is unhealthy. */
  public HealthPolicy restartWhenUnhealthy(boolean restart) {
    return new HealthPolicy(
        check, interval, timeout, startPeriod, successThreshold, failureThreshold, restart);
  }

  /** Returns how long failures of a process that was never healthy do not count. */
  Duration failureGracePeriod() {
    return startPeriod.compareTo(interval) > 0 ? startPeriod : interval;
  }
}
