package io.luhproc.supervisor.state;

import io.luhproc.service.Cause;
import io.luhproc.service.ProcessState;
import java.util.OptionalInt;

/**
 * What is to be done once nothing of a process lives any more.
 *
 * @param afterStop what
 * @param cause why it is being ended, or how it ended
 * @param exitCode its exit code, where it ended by itself and left one
 */
record StopPlan(AfterStop afterStop, Cause cause, OptionalInt exitCode) {

  enum AfterStop {
    /** It is not wanted: {@link ProcessState#INACTIVE}. */
    STAY_DOWN,
    /** A person wants it started again. */
    START,
    /** It failed or ended by itself: as its restart policy says. */
    APPLY_RESTART_POLICY,
    /** It waits for the others with which it is restarted. */
    JOIN_GROUP,
    /** It is given up: {@link ProcessState#FAILED}. */
    FAIL
  }

  static StopPlan of(AfterStop then, Cause cause) {
    return new StopPlan(then, cause, OptionalInt.empty());
  }

  /** Returns it with what was found when it was carried out, where that is of use to people. */
  StopPlan withDetail(String what) {
    boolean failed = afterStop == AfterStop.APPLY_RESTART_POLICY;
    return failed ? failure(cause.kind(), cause.detail() + ": " + what) : this;
  }

  static StopPlan failure(Cause.Kind kind, String detail) {
    return of(AfterStop.APPLY_RESTART_POLICY, new Cause(kind, detail));
  }
}
