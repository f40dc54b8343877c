package io.luhproc.service;

import io.luhproc.process.Signal;
import io.luhproc.time.DurationAndSizeFormat;
import io.luhproc.time.DurationRange;
import java.time.Duration;
import java.util.Optional;

/**
 * How a process and all its descendants are stopped.
 *
 * @param signal the first signal; default TERM
 * @param grace time until KILL, 0 to 365 days; default 10 s, 0 kills at once
 * @param timeout maximum time until the tree must be gone, longer than {@code grace}; default 30 s
 * @param command a command that runs before the first signal, within the grace period
 * @param onlyParent whether the first signal goes to the process only, and not to its descendants;
 *     default false. KILL goes to all that are left, in both cases
 * @since 0.1
 */
public record StopPolicy(
    Signal signal,
    Duration grace,
    Duration timeout,
    Optional<Command> command,
    boolean onlyParent) {
  private static final Duration KILL_MARGIN = Duration.ofSeconds(20);
  private static final StopPolicy DEFAULTS =
      new StopPolicy(Signal.TERM, Duration.ofSeconds(10), Duration.ofSeconds(30));

  /**
   * Creates a policy.
   *
   * @throws IllegalArgumentException if a duration is out of range, {@code timeout} is not longer
   *     than {@code grace}, or the command is a task
   */
  public StopPolicy {
    DurationRange.checkOrZero("grace", grace);
    DurationRange.check("timeout", timeout);
    if (timeout.compareTo(grace) <= 0) {
      throw new IllegalArgumentException(
          "timeout ("
              + DurationAndSizeFormat.format(timeout)
              + ") must be longer than the grace period of "
              + DurationAndSizeFormat.format(grace)
              + "; set the grace period first");
    }
    if (command.isPresent() && command.get() instanceof Command.TaskCommand task) {
      throw new IllegalArgumentException(
          "stop command (" + task.text() + ") must be a program or a shell command");
    }
  }

  /**
   * Creates a policy without a command, whose first signal goes to the whole tree.
   *
   * @param signal the first signal
   * @param grace time until KILL
   * @param timeout maximum time until the tree must be gone
   * @throws IllegalArgumentException if a duration is out of range, or {@code timeout} is not
   *     longer than {@code grace}
   */
  public StopPolicy(Signal signal, Duration grace, Duration timeout) {
    this(signal, grace, timeout, Optional.empty(), false);
  }

  /** Returns the default: TERM, KILL after 10 s, timeout after 30 s. */
  public static StopPolicy defaults() {
    return DEFAULTS;
  }

  /** Returns a copy with another first signal. */
  public StopPolicy signal(Signal other) {
    return new StopPolicy(other, grace, timeout, command, onlyParent);
  }

  /**
   * Returns a copy with another grace period. The timeout is raised to 20 s more than that if it is
   * shorter.
   *
   * @throws IllegalArgumentException if it is negative or over 364 days
   */
  public StopPolicy grace(Duration other) {
    Duration minTimeout = DurationRange.checkOrZero("grace", other).plus(KILL_MARGIN);
    Duration raised = minTimeout.compareTo(timeout) > 0 ? minTimeout : timeout;
    return new StopPolicy(signal, other, raised, command, onlyParent);
  }

  /**
   * Returns a copy with another timeout.
   *
   * @throws IllegalArgumentException if it is not longer than the grace period, or over 365 days
   */
  public StopPolicy timeout(Duration other) {
    return new StopPolicy(signal, grace, other, command, onlyParent);
  }

  /**
   * Returns a copy with a command that runs before the first signal: {@code new Command.Shell(..)}
   * or {@code new Command.Program(..)}.
   *
   * <p>It has the environment, the user and the output of the process, and {@code MAINPID}, the pid
   * of the process. The first signal follows when it has exited or the process is gone, and KILL at
   * the end of the grace period, which the command shares. A kill does not run it.
   *
   * @throws IllegalArgumentException if it is a task
   */
  public StopPolicy command(Command other) {
    return new StopPolicy(signal, grace, timeout, Optional.of(other), onlyParent);
  }

  /**
   * Returns a copy whose first signal goes to the process only: for a server that ends its workers
   * itself. With a shell command, the process is the shell unless it uses {@code exec}.
   */
  public StopPolicy onlyParent(boolean only) {
    return new StopPolicy(signal, grace, timeout, command, only);
  }
}
