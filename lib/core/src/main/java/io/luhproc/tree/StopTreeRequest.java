package io.luhproc.tree;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.Signal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Which tree of processes to stop, and how.
 *
 * @param scope which processes
 * @param signal what asks the processes to leave
 * @param grace how long they have for it before they are killed; zero kills at once
 * @param timeout the most that all of it takes
 */
public record StopTreeRequest(TreeScope scope, Signal signal, Duration grace, Duration timeout) {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when a duration is negative
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
   * Creates one for all that belongs to a directory and a root, see {@link TreeScope#of}.
   *
   * @throws IllegalArgumentException when the directory is relative, or a duration negative
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
