package io.luhproc.worker;

/**
 * The state of a worker.
 *
 * @since 0.1
 */
public enum WorkerState {
  /** The process was launched and has not reached {@link ProcessManager#check()} yet. */
  STARTING,
  /** The task runs. */
  RUNNING,
  /** The task runs and has called {@link TaskContext#ready()}. */
  READY,
  /** An engine ends the process. */
  STOPPING,
  /** The engine that runs the process cannot say whether it is alive. */
  LOST,
  /** The process has ended; its directory with the logs still exists. */
  ENDED;

  /** Returns whether the process is alive: every state but {@link #ENDED}. */
  public boolean isAlive() {
    return this != ENDED;
  }
}
