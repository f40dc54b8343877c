package io.luhproc.supervisor.state;

import io.luhproc.process.ProcessEnd;
import io.luhproc.service.Cause;
import io.luhproc.supervisor.state.ProcessFsmState.StopPlan;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a former supervisor left of a process.
 *
 * @param desiredUp whether its recorded desired state is up
 * @param trace what was found
 * @param running the process; empty if it is not alive
 * @param paused whether the process is alive and frozen or stopped
 * @param ready whether it has reported that it is ready
 * @param end how it ended; empty if that was not recorded
 * @param origin a description of its origin
 */
public record RecoveredProcess(
    boolean desiredUp,
    Trace trace,
    Optional<RunningProcess> running,
    boolean paused,
    boolean ready,
    Optional<ProcessEnd> end,
    String origin) {

  /** Nothing was found. */
  public static final RecoveredProcess NONE =
      new RecoveredProcess(false, Trace.NONE, Optional.empty(), false, false, Optional.empty(), "");

  /** What can be found of a process. */
  public enum Trace {
    /** Nothing is left, and no launch is recorded. */
    NONE,
    /** A launch is recorded, and the process is gone. */
    LAUNCHED,
    /** The process is alive. */
    ALIVE,
    /** The process is gone, or was never launched, but some of its tree is alive. */
    LEFTOVERS
  }

  /** Returns a copy that is paused if the process is alive. */
  public RecoveredProcess asPaused() {
    return new RecoveredProcess(desiredUp, trace, running, running.isPresent(), ready, end, origin);
  }

  /** Returns the plan for an exit that no supervisor observed. */
  StopPlan exitPlan() {
    Cause cause =
        end.map(ExitCauses::fromEnd)
            .orElse(new Cause(Cause.Kind.UNKNOWN, "ended while no supervisor watched"));
    OptionalInt exitCode = end.map(ProcessEnd::exitCode).orElse(OptionalInt.empty());
    return new StopPlan(StopPlan.AfterStop.APPLY_RESTART_POLICY, cause, exitCode);
  }
}
