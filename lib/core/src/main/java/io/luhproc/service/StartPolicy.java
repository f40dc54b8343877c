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
 * @param minReadyTime how long a process without a health check must be alive to count as running;
 *     0 to 365 days, default 200 ms
 * @since 0.1
 */
public record StartPolicy(Optional<Command> execStartPre, Duration timeout, Duration minReadyTime) {
  private static final StartPolicy DEFAULTS =
      new StartPolicy(Optional.empty(), Duration.ofSeconds(90), Duration.ofMillis(200));

  /**
   * Creates a policy.
   *
   * @throws IllegalArgumentException if a duration is out of range
   */
  public StartPolicy {
    DurationRange.check("startTimeout", timeout);
    DurationRange.checkOrZero("minReadyTime", minReadyTime);
  }

  /** Returns the default: no {@code execStartPre}, a timeout of 90 s, 200 ms until ready. */
  public static StartPolicy defaults() {
    return DEFAULTS;
  }

  StartPolicy withExecStartPre(Command command) {
    return new StartPolicy(Optional.of(command), timeout, minReadyTime);
  }

  StartPolicy withTimeout(Duration other) {
    return new StartPolicy(execStartPre, other, minReadyTime);
  }

  StartPolicy withMinReadyTime(Duration other) {
    return new StartPolicy(execStartPre, timeout, other);
  }
}
