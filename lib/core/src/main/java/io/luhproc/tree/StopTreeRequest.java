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
 */
public record StopTreeRequest(TreeScope scope, Signal signal, Duration grace, Duration timeout) {

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
