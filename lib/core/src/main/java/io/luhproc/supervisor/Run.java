package io.luhproc.supervisor;

import java.time.Duration;

/**
 * The latest launch of a process.
 *
 * @param generation grows with each launch, 0 before the first; what is said of another is stale
 * @param presence what there is of it
 * @param since when it was seen to be running, on the clock of the machine's caller
 * @param unhealthy whether its health check fails at present
 * @param killAtOnce whether it is to be killed without grace
 */
record Run(
    long generation, Presence presence, Duration since, boolean unhealthy, boolean killAtOnce) {
  static final Run NONE = new Run(0, Presence.NONE, Duration.ZERO, false, false);

  Run {
    if (generation < 0) {
      throw new IllegalArgumentException("generation (" + generation + ") must not be negative");
    }
  }

  static Run launch(long generation, Presence presence) {
    return new Run(generation, presence, Duration.ZERO, false, false);
  }

  Run presence(Presence next) {
    return new Run(generation, next, since, unhealthy, killAtOnce);
  }

  Run since(Duration now) {
    return new Run(generation, presence, now, unhealthy, killAtOnce);
  }

  Run unhealthy(boolean flag) {
    return new Run(generation, presence, since, flag, killAtOnce);
  }

  Run killAtOnce(boolean flag) {
    return new Run(generation, presence, since, unhealthy, flag);
  }
}
