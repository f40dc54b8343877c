package io.luhproc.supervisor.state;

/** What there is of a process in the system, as far as we were told. */
public enum OsState {
  /** Nothing: never launched, or proved gone. */
  ABSENT,
  /** A launch that the launcher has not answered yet. */
  SPAWNING,
  /** It lives. */
  ALIVE,
  /** Its tree is being ended; the answer is to come. */
  TERMINATING,
  /** Its tree could not be ended: something of it lives. */
  UNKILLABLE
}
