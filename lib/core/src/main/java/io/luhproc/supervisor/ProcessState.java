package io.luhproc.supervisor;

/** What a process of a service is doing. */
public enum ProcessState {
  /** Not running, and nobody wants it to. */
  INACTIVE,
  /** Wanted, and waiting for a service that it depends on. */
  BLOCKED,
  /** Launched or about to be, and not yet known to work. */
  STARTING,
  /** Running, and healthy as far as somebody looks. */
  RUNNING,
  /** Ended, and waiting to be started again. */
  BACKOFF,
  /** Being ended, or ended while something of its tree still lives. */
  STOPPING,
  /** Ended by itself with success, and not to be started again. */
  EXITED,
  /** Given up. */
  FAILED
}
