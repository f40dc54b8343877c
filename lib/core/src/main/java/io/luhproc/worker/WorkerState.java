package io.luhproc.worker;

/** Whether a worker runs. */
public enum WorkerState {
  /** Its process was launched and has not come to {@code check()} yet. */
  STARTING,
  /** Its task runs. */
  RUNNING,
  /** Its task runs and has called {@link TaskContext#ready()}. */
  READY,
  /** Its process is gone; its directory with the logs is still there. */
  ENDED;

  /** Returns whether there is a living process. */
  public boolean isAlive() {
    return this != ENDED;
  }
}
