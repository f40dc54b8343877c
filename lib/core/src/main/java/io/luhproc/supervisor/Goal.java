package io.luhproc.supervisor;

/** What somebody waits for a service to become; told once, when it is or cannot be. */
interface Goal {
  /** Notes that a process has come from one state into another. */
  void changed(String process, ProcessState from, ProcessState to, Cause cause);

  /** Tells who waits if there is something to tell; returns whether that is over. */
  boolean check(Unit unit);
}
