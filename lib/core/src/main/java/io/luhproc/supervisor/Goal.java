package io.luhproc.supervisor;

import java.util.Set;

/** What somebody waits for a service to become; told once, when it is or cannot be. */
interface Goal {
  /** Notes that a process has come from one state into another. */
  void changed(Place process, ProcessState from, ProcessState to, Cause cause);

  /** Notes that somebody wants processes to be up. */
  void started(Set<String> processes, String why);

  /** Tells who waits if there is something to tell; returns whether that is over. */
  boolean check(Unit unit);

  /** Tells who waits that it will never be. */
  void fail(Unit unit, RuntimeException why);
}
