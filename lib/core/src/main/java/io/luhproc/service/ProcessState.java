package io.luhproc.service;

/**
 * State of a supervised process, or of a service as a whole. The desired state is separate, see
 * {@link ProcessStatus#desiredUp()}.
 *
 * @since 0.1
 */
public enum ProcessState {
  /** Not running and not requested. */
  INACTIVE,
  /** Requested, waiting until the dependencies are up. */
  BLOCKED,
  /** Launched, not yet healthy; decided by the health check or {@code minReadyTime}. */
  STARTING,
  /** Up; has been healthy if there is a health check. */
  RUNNING,
  /** Ended, waiting for the next restart. */
  BACKOFF,
  /** Being stopped, or its leftover child processes are being stopped. */
  STOPPING,
  /** Exited on its own with success, and not restarted. */
  EXITED,
  /**
   * Failed for good; only an explicit start retries. Processes that survived SIGKILL are killed
   * again every 5 s, and once they are gone, the stop or restart that they delayed continues.
   */
  FAILED
}
