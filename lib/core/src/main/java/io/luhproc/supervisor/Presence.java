package io.luhproc.supervisor;

/** What there is of a process in the system, as far as we were told. */
enum Presence {
  /** Nothing: never launched, or proved gone. */
  NONE,
  /** A launch that the launcher has not answered yet. */
  LAUNCHING,
  /** It lives. */
  LIVING,
  /** Its tree is being ended; the answer is to come. */
  GOING,
  /** Its tree could not be ended: something of it lives. */
  STUCK
}
