package io.luhproc.supervisor.state;

import io.luhproc.service.Cause;
import io.luhproc.service.ProcessSpec;
import io.luhproc.service.RestartPolicy;
import io.luhproc.supervisor.state.ProcessFsmState.StopPlan;
import java.util.OptionalInt;

/** Applies the restart policy of a process to an exit. */
final class ProcessPolicy {
  private ProcessPolicy() {}

  /** What happens after an exit. */
  enum RestartDecision {
    COMPLETE,
    FAIL,
    RESTART
  }

  static RestartDecision decideRestart(ProcessSpec spec, Cause cause, OptionalInt exitCode) {
    RestartPolicy policy = spec.restart();
    boolean success =
        cause.hasExitStatus() && exitCode.isPresent() && policy.isSuccess(exitCode.getAsInt());
    if (spec.oneshot() || isNeverRestart(cause, exitCode)) {
      return success ? RestartDecision.COMPLETE : RestartDecision.FAIL;
    }
    return switch (policy.condition()) {
      case ALWAYS -> RestartDecision.RESTART;
      case ON_FAILURE -> success ? RestartDecision.COMPLETE : RestartDecision.RESTART;
      case NEVER -> success ? RestartDecision.COMPLETE : RestartDecision.FAIL;
    };
  }

  /**
   * Returns the plan after an exit. A process that had to report its readiness and did not has
   * failed, also with a success code; only a one-shot process may be done before.
   */
  static StopPlan judgeExit(ProcessFsmState process, StopPlan plan) {
    ProcessSpec spec = process.instance().spec();
    boolean success =
        plan.cause().hasExitStatus()
            && plan.exitCode().isPresent()
            && spec.restart().isSuccess(plan.exitCode().getAsInt());
    if (process.isReady() || spec.oneshot()) {
      return plan;
    }
    String detail =
        plan.cause().detail()
            + ", before it was ready; it waited for "
            + spec.start().readiness().describe();
    Cause.Kind kind = success ? Cause.Kind.START_FAILED : plan.cause().kind();
    return new StopPlan(plan.afterStop(), new Cause(kind, detail), plan.exitCode());
  }

  /** Returns the cause of FAILED after an exit. */
  static Cause failureCause(Cause cause, OptionalInt exitCode) {
    return isNeverRestart(cause, exitCode)
        ? new Cause(Cause.Kind.NEVER_RESTART, cause.detail() + ", which disables restarts")
        : cause;
  }

  private static boolean isNeverRestart(Cause cause, OptionalInt exitCode) {
    return cause.kind() == Cause.Kind.EXIT_CODE
        && exitCode.equals(OptionalInt.of(RestartPolicy.NO_RESTART_EXIT_CODE));
  }
}
