package io.luhproc.service;

import io.luhproc.time.DurationRange;
import java.time.Duration;
import java.util.Optional;

/**
 * How a process is started, and when it counts as running.
 *
 * @param execStartPre a command that runs before each start and must exit with 0
 * @param timeout maximum time, including {@code execStartPre}, until the process is running and
 *     healthy; 1 ms to 365 days, default 90 s
 * @param readiness what the process must do to count as running; default is to stay alive for 200
 *     ms, or to become healthy if it has a health check
 * @since 0.1
 */
public record StartPolicy(Optional<Command> execStartPre, Duration timeout, Readiness readiness) {
  private static final StartPolicy DEFAULTS =
      new StartPolicy(
          Optional.empty(), Duration.ofSeconds(90), Readiness.after(Duration.ofMillis(200)));

  /**
   * Creates a policy.
   *
   * @throws IllegalArgumentException if a duration is out of range
   */
  public StartPolicy {
    DurationRange.check("startTimeout", timeout);
  }

  /** Returns the default: no {@code execStartPre}, a timeout of 90 s, 200 ms until ready. */
  public static StartPolicy defaults() {
    return DEFAULTS;
  }

  /**
   * Returns how long a process without a health check must be alive to count as running; zero if it
   * reports itself that it is ready.
   */
  public Duration minReadyTime() {
    return readiness instanceof Readiness.AfterTime after ? after.time() : Duration.ZERO;
  }

  StartPolicy withExecStartPre(Command command) {
    return new StartPolicy(Optional.of(command), timeout, readiness);
  }

  StartPolicy withTimeout(Duration other) {
    return new StartPolicy(execStartPre, other, readiness);
  }

  StartPolicy withReadiness(Readiness other) {
    return new StartPolicy(execStartPre, timeout, other);
  }
}
