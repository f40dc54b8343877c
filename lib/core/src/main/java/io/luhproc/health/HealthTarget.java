package io.luhproc.health;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.time.DurationRange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The process that is checked, as a check sees it.
 *
 * @param process who it is
 * @param directory its process directory, absolute
 * @param workingDirectory where commands of checks run, absolute
 * @param environment the whole environment of commands of checks; where the process is a task of
 *     this app, without the variable that makes the app run it
 * @param timeout how long the check may take
 */
public record HealthTarget(
    ProcessIdentity process,
    Path directory,
    Path workingDirectory,
    Map<String, String> environment,
    Duration timeout) {

  /**
   * Checks the values and copies the environment.
   *
   * @throws IllegalArgumentException when a directory is relative, or the timeout out of range
   */
  public HealthTarget {
    checkAbsolute("directory", directory);
    checkAbsolute("workingDirectory", workingDirectory);
    DurationRange.check("timeout", timeout);
    environment = Map.copyOf(environment);
  }

  private static void checkAbsolute(String name, Path path) {
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException(name + " (" + path + ") must be absolute");
    }
  }

  /** Returns a target whose checks may take as long as a policy's default says. */
  public static HealthTarget of(
      ProcessIdentity process,
      Path directory,
      Path workingDirectory,
      Map<String, String> environment) {
    return new HealthTarget(
        process, directory, workingDirectory, environment, HealthPolicy.DEFAULT_TIMEOUT);
  }

  /** Returns the same target for a check that may take another time. */
  HealthTarget within(Duration limit) {
    return new HealthTarget(process, directory, workingDirectory, environment, limit);
  }

  /** Says who it is; environment values are nobody's business. */
  @Override
  public String toString() {
    return "process " + process.pid() + " in " + directory;
  }
}
