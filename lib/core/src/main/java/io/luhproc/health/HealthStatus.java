package io.luhproc.health;

/**
 * Health of a process as derived from its checks by a {@link HealthPolicy}.
 *
 * @since 0.1
 */
public enum HealthStatus {
  /** No threshold was reached yet. */
  STARTING,
  /** The success threshold was reached, and the failure threshold was not reached since. */
  HEALTHY,
  /** The failure threshold was reached, and the success threshold was not reached since. */
  UNHEALTHY
}
