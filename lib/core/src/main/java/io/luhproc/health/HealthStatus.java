package io.luhproc.health;

/** What the results of the checks of a process amount to. */
public enum HealthStatus {
  /** Too few checks were passed or failed to tell. */
  STARTING,
  /** As many checks in a row were passed as the success threshold says, and no longer failed. */
  HEALTHY,
  /** As many checks in a row failed as the failure threshold says. */
  UNHEALTHY
}
