package io.luhproc.supervisor;

import io.luhproc.service.RestartPolicy;
import java.time.Duration;
import java.util.OptionalInt;

/**
 * By what rules one process lives.
 *
 * @param name its name within its service, for messages
 * @param once whether it is to run to its end once, whatever the condition of its policy
 * @param restart when it is restarted
 * @param awaitsHealth whether it has a health check, which makes it running
 * @param restartWhenUnhealthy whether a failing check restarts it
 * @param startTimeout how long its start may take; zero for no limit
 * @param settle how long it must live to count as running, where it has no check
 */
record LifeRules(
    String name,
    boolean once,
    RestartPolicy restart,
    boolean awaitsHealth,
    boolean restartWhenUnhealthy,
    Duration startTimeout,
    Duration settle) {

  /** What its policy says of an end. */
  enum Verdict {
    DONE,
    GIVE_UP,
    RETRY
  }

  LifeRules {
    checkNotNegative("startTimeout", startTimeout);
    checkNotNegative("settle", settle);
  }

  private static void checkNotNegative(String name, Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(name + " (" + duration + ") must not be negative");
    }
  }

  Verdict verdict(Cause cause, OptionalInt exitCode) {
    boolean success =
        cause.isTold() && exitCode.isPresent() && restart.isSuccess(exitCode.getAsInt());
    if (once || asksNeverToRestart(cause, exitCode)) {
      return success ? Verdict.DONE : Verdict.GIVE_UP;
    }
    return switch (restart.condition()) {
      case ALWAYS -> Verdict.RETRY;
      case ON_FAILURE -> success ? Verdict.DONE : Verdict.RETRY;
      case NEVER -> success ? Verdict.DONE : Verdict.GIVE_UP;
    };
  }

  /** Returns why it is given up after such an end. */
  static Cause givenUp(Cause cause, OptionalInt exitCode) {
    return asksNeverToRestart(cause, exitCode)
        ? new Cause(Cause.Kind.NEVER_RESTART, cause.detail() + ", which asks for no restart")
        : cause;
  }

  private static boolean asksNeverToRestart(Cause cause, OptionalInt exitCode) {
    return cause.kind() == Cause.Kind.EXIT_CODE
        && exitCode.equals(OptionalInt.of(RestartPolicy.NO_RESTART_EXIT_CODE));
  }
}
