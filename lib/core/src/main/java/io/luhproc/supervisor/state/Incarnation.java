package io.luhproc.supervisor.state;

import java.time.Duration;

/**
 * The latest launch of a process.
 *
 * @param generation grows with each launch, 0 before the first; what is said of another is stale
 * @param osState what there is of it
 * @param runningSince when it was seen to be running, on the clock of the machine's caller
 * @param unhealthy whether its health check fails at present
 * @param killAtOnce whether it is to be killed without grace
 */
public record Incarnation(
    long generation,
    OsState osState,
    Duration runningSince,
    boolean unhealthy,
    boolean killAtOnce) {
  static final Incarnation NONE = new Incarnation(0, OsState.ABSENT, Duration.ZERO, false, false);

  public Incarnation {
    if (generation < 0) {
      throw new IllegalArgumentException("generation (" + generation + ") must not be negative");
    }
  }

  static Incarnation start(long generation, OsState osState) {
    return new Incarnation(generation, osState, Duration.ZERO, false, false);
  }

  Incarnation osState(OsState next) {
    return new Incarnation(generation, next, runningSince, unhealthy, killAtOnce);
  }

  Incarnation runningSince(Duration now) {
    return new Incarnation(generation, osState, now, unhealthy, killAtOnce);
  }

  Incarnation unhealthy(boolean flag) {
    return new Incarnation(generation, osState, runningSince, flag, killAtOnce);
  }

  Incarnation killAtOnce(boolean flag) {
    return new Incarnation(generation, osState, runningSince, unhealthy, flag);
  }
}
