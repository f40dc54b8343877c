package io.luhproc.supervisor.state;

import java.time.Duration;

/**
 * A timer of a process, which has at most one at a time. It is its own token: one that was called
 * off is equal to the present one only where both are due at the same time for the same purpose.
 *
 * @param purpose what is to happen
 * @param generation the launch for which it was set
 * @param dueAt when it is due, on the clock of the machine's caller
 */
public record StateTimer(Purpose purpose, long generation, Duration dueAt) {

  public enum Purpose {
    /** It has taken too long to start. */
    START_TIMEOUT,
    /** It has lived for long enough to count as running. */
    MIN_READY,
    /** It is to be launched again. */
    BACKOFF
  }
}
