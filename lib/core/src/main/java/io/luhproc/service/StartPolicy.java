package io.luhproc.service;

import io.luhproc.time.DurationRange;
import java.time.Duration;
import java.util.Optional;

/**
 * When a process counts as started.
 *
 * @param execStartPre a command that is run to its end before each start, and must exit with 0
 * @param timeout how long it may take until the process runs and is healthy, the command before
 *     included; default 90 s
 * @param minReadyTime how long a process without a health check must live to count as running, one
 *     that runs once too; default 200 ms, zero for none
 */
public record StartPolicy(Optional<Command> execStartPre, Duration timeout, Duration minReadyTime) {
  private static final StartPolicy DEFAULTS =
      new StartPolicy(Optional.empty(), Duration.ofSeconds(90), Duration.ofMillis(200));

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when one is out of its range
   */
  public StartPolicy {
    DurationRange.check("start timeout", timeout);
    DurationRange.checkOrZero("settle", minReadyTime);
  }

  /** Returns the default: no command before, 90 s, and 200 ms to settle. */
  public static StartPolicy defaults() {
    return DEFAULTS;
  }

  /** Returns this policy with a command before each start. */
  StartPolicy withExecStartPre(Command command) {
    return new StartPolicy(Optional.of(command), timeout, minReadyTime);
  }

  /** Returns this policy with another timeout. */
  StartPolicy withTimeout(Duration other) {
    return new StartPolicy(execStartPre, other, minReadyTime);
  }

  /** Returns this policy with another time to settle. */
  StartPolicy withMinReadyTime(Duration other) {
    return new StartPolicy(execStartPre, timeout, other);
  }
}
