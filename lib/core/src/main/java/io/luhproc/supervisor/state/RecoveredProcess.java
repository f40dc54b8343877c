package io.luhproc.supervisor.state;

import io.luhproc.process.ProcessEnd;
import java.util.Optional;

/**
 * What a former supervisor left of a process.
 *
 * @param desiredUp whether it was wanted to run
 * @param trace what there is of it
 * @param running the process, where it lives
 * @param paused whether the process lives and is frozen or stopped
 * @param end how it ended, where that was seen
 * @param origin where the process came from, for people
 */
public record RecoveredProcess(
    boolean desiredUp,
    Trace trace,
    Optional<RunningProcess> running,
    boolean paused,
    Optional<ProcessEnd> end,
    String origin) {
  public static final RecoveredProcess NONE =
      new RecoveredProcess(false, Trace.NONE, Optional.empty(), false, Optional.empty(), "");

  /** What there is of a process whose supervisor was killed. */
  public enum Trace {
    /** Nothing is left, and nothing is known to have been launched. */
    NONE,
    /** It was launched, and nothing is left of it. */
    LAUNCHED,
    /** The process lives. */
    ALIVE,
    /** The process is gone, or was never launched, but somebody of its tree lives. */
    LEFTOVERS
  }

  /** Returns the same of a process that is frozen, where it lives. */
  public RecoveredProcess asPaused() {
    return new RecoveredProcess(desiredUp, trace, running, running.isPresent(), end, origin);
  }
}
