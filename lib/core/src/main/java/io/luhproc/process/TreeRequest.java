package io.luhproc.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Which tree of processes to stop, and how.
 *
 * @param directory the process directory: whoever carries it in {@code LUHPROC_DIR} belongs
 * @param root the first process of the tree, where it is known; it may have left long ago
 * @param signal what asks the processes to leave
 * @param grace how long they have for it before they are killed; zero kills at once
 * @param timeout the most that all of it takes
 */
public record TreeRequest(
    Path directory,
    Optional<ProcessIdentity> root,
    Signal signal,
    Duration grace,
    Duration timeout) {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when the directory is relative, or a duration negative
   */
  public TreeRequest {
    if (!directory.isAbsolute()) {
      throw new IllegalArgumentException("directory (" + directory + ") must be absolute");
    }
    if (grace.isNegative()) {
      throw new IllegalArgumentException("grace (" + grace + ") must not be negative");
    }
    if (timeout.isNegative()) {
      throw new IllegalArgumentException("timeout (" + timeout + ") must not be negative");
    }
  }
}
