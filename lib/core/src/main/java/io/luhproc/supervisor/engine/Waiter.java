package io.luhproc.supervisor.engine;

import io.luhproc.service.Cause;
import io.luhproc.service.ProcessState;
import io.luhproc.supervisor.runtime.ProcessInstance;
import java.util.Set;

/** What somebody waits for a service to become; told once, when it is or cannot be. */
interface Waiter {
  /** Notes that a process has come from one state into another. */
  void stateChanged(ProcessInstance process, ProcessState from, ProcessState to, Cause cause);

  /** Notes that somebody wants processes to be up. */
  void startRequested(Set<String> processes, String reason);

  /** Tells who waits if there is something to tell; returns whether that is over. */
  boolean completeIfDone(ManagedService service);

  /** Tells who waits that it will never be. */
  void fail(ManagedService service, RuntimeException why);
}
