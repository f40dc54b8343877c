package io.luhproc.worker;

import io.luhproc.LuhprocException;
import io.luhproc.process.ProcessIdentity;
import java.util.List;

/**
 * Thrown if a process of a worker is still alive at the timeout of a stop.
 *
 * @since 0.1
 */
public final class StopFailedException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  private final transient List<ProcessIdentity> alive;

  StopFailedException(String message, List<ProcessIdentity> alive) {
    super(message);
    this.alive = List.copyOf(alive);
  }

  /** Returns the processes that were still alive. */
  public List<ProcessIdentity> alive() {
    return alive;
  }
}
