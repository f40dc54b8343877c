package io.luhproc.service;

/**
 * What a supervised process, or a service as a whole, is doing; whether it is wanted is another.
 */
public enum ProcessState {
  /** Not running, and not wanted. */
  INACTIVE,
  /** Wanted, and held back until what it depends on is up. */
  BLOCKED,
  /** Launched, and not yet known to be well. */
  STARTING,
  /** Up; healthy once, where there is a check. */
  RUNNING,
  /** Ended, and waiting to be started again. */
  BACKOFF,
  /** Being ended, or dead and what it left behind is being ended. */
  STOPPING,
  /** Ended by itself with success, and not to be started again. */
  EXITED,
  /** Given up; the cause says why. Only a person starts it again. */
  FAILED
}
