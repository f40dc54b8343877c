package io.luhproc.supervisor.state;

import io.luhproc.process.ProcessEnd;
import io.luhproc.service.Cause;
import io.luhproc.supervisor.state.ProcessFsmState.StopPlan;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The remains of a process that a former supervisor launched.
 *
 * @param desiredUp whether it was wanted up
 * @param trace which remains there are
 * @param running the process, where it is alive
 * @param paused whether the process is alive and frozen or stopped
 * @param end how it ended, where that was recorded
 * @param origin its origin, as text
 */
public record RecoveredProcess(
    boolean desiredUp,
    Trace trace,
    Optional<RunningProcess> running,
    boolean paused,
    Optional<ProcessEnd> end,
    String origin) {

  /** No remains. */
  public static final RecoveredProcess NONE =
      new RecoveredProcess(false, Trace.NONE, Optional.empty(), false, Optional.empty(), "");

  /** The kinds of remains. */
  public enum Trace {
    /** Nothing is left, and no launch is recorded. */
    NONE,
    /** A launch is recorded, and nothing is left of it. */
    LAUNCHED,
    /** The process is alive. */
    ALIVE,
    /** The process is gone, or was never launched, but some of its tree is alive. */
    LEFTOVERS
  }

  /** Returns the same of a process that is frozen, where it is alive. */
  public RecoveredProcess asPaused() {
    return new RecoveredProcess(desiredUp, trace, running, running.isPresent(), end, origin);
  }

  /** Returns what follows from its end, which no supervisor saw. */
  StopPlan exitPlan() {
    Cause cause =
        end.map(ExitCauses::fromEnd)
            .orElse(new Cause(Cause.Kind.UNKNOWN, "ended while no supervisor watched"));
    OptionalInt exitCode = end.map(ProcessEnd::exitCode).orElse(OptionalInt.empty());
    return new StopPlan(StopPlan.AfterStop.APPLY_RESTART_POLICY, cause, exitCode);
  }
}
