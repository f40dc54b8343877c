package io.luhproc.worker;

import io.luhproc.LuhprocException;
import io.luhproc.process.ProcessIdentity;
import java.util.List;

/** Something of a worker still lived when the time for its stop was over. */
public final class StopFailedException extends LuhprocException {
  private static final long serialVersionUID = 1L;

  private final transient List<ProcessIdentity> alive;

  StopFailedException(String message, List<ProcessIdentity> alive) {
    super(message);
    this.alive = List.copyOf(alive);
  }

  /** Returns the processes that still lived. */
  public List<ProcessIdentity> alive() {
    return alive;
  }
}
