package io.luhproc.supervisor.state;

import io.luhproc.service.Cause;
import io.luhproc.service.RestartPolicy;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * By what rules one process lives.
 *
 * @param name its name within its service, for messages
 * @param oneshot whether it is to run to its end once, whatever the condition of its policy
 * @param restart when it is restarted
 * @param hasHealthCheck whether it has a health check, which makes it running
 * @param restartWhenUnhealthy whether a failing check restarts it
 * @param startTimeout how long its start may take; zero for no limit
 * @param minReadyTime how long it must live to count as running, where it has no check
 */
public record ProcessPolicy(
    String name,
    boolean oneshot,
    RestartPolicy restart,
    boolean hasHealthCheck,
    boolean restartWhenUnhealthy,
    Duration startTimeout,
    Duration minReadyTime) {

  /** What its policy says of an end. */
  enum RestartDecision {
    COMPLETE,
    FAIL,
    RESTART
  }

  public ProcessPolicy {
    checkNotNegative("startTimeout", startTimeout);
    checkNotNegative("settle", minReadyTime);
  }

  private static void checkNotNegative(String name, Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(name + " (" + duration + ") must not be negative");
    }
  }

  RestartDecision decideRestart(Cause cause, OptionalInt exitCode) {
    boolean success =
        cause.hasExitStatus() && exitCode.isPresent() && restart.isSuccess(exitCode.getAsInt());
    if (oneshot || isNeverRestart(cause, exitCode)) {
      return success ? RestartDecision.COMPLETE : RestartDecision.FAIL;
    }
    return switch (restart.condition()) {
      case ALWAYS -> RestartDecision.RESTART;
      case ON_FAILURE -> success ? RestartDecision.COMPLETE : RestartDecision.RESTART;
      case NEVER -> success ? RestartDecision.COMPLETE : RestartDecision.FAIL;
    };
  }

  /** Returns why it is given up after such an end. */
  static Cause failureCause(Cause cause, OptionalInt exitCode) {
    return isNeverRestart(cause, exitCode)
        ? new Cause(Cause.Kind.NEVER_RESTART, cause.detail() + ", which asks for no restart")
        : cause;
  }

  private static boolean isNeverRestart(Cause cause, OptionalInt exitCode) {
    return cause.kind() == Cause.Kind.EXIT_CODE
        && exitCode.equals(OptionalInt.of(RestartPolicy.NO_RESTART_EXIT_CODE));
  }
}
