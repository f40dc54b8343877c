package io.luhproc.tree;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A request to stop a process tree.
 *
 * @param scope the processes to stop
 * @param signal the stop signal
 * @param grace the time between the stop signal and SIGKILL; zero sends SIGKILL at once
 * @param timeout the maximum duration of the whole stop
 * @param rootOnly whether the stop signal goes to the root only, if it is alive; SIGKILL goes to
 *     all members
 */
public record StopTreeRequest(
    TreeScope scope, Signal signal, Duration grace, Duration timeout, boolean rootOnly) {

  /**
   * Validates the durations.
   *
   * @throws IllegalArgumentException if a duration is negative
   */
  public StopTreeRequest {
    if (grace.isNegative()) {
      throw new IllegalArgumentException("grace (" + grace + ") must not be negative");
    }
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("timeout (" + timeout + ") must not be negative");
    }
  }

  /**
   * Creates a request whose stop signal goes to all members.
   *
   * @throws IllegalArgumentException if a duration is negative
   */
  public StopTreeRequest(TreeScope scope, Signal signal, Duration grace, Duration timeout) {
    this(scope, signal, grace, timeout, false);
  }

  /** Returns this request with the stop signal for the root only, or for all members. */
  public StopTreeRequest withRootOnly(boolean only) {
    return new StopTreeRequest(scope, signal, grace, timeout, only);
  }

  /**
   * Creates a request for the tree of a directory and a root, see {@link TreeScope#of}.
   *
   * @throws IllegalArgumentException if the directory is relative or a duration is negative
   */
  public StopTreeRequest(
      Path directory,
      Optional<ProcessIdentity> root,
      Signal signal,
      Duration grace,
      Duration timeout) {
    this(TreeScope.of(directory, root), signal, grace, timeout);
  }
}
