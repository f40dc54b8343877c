package io.luhproc.health;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.time.DurationRange;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * The process that is checked, as a check sees it.
 *
 * @param process who it is
 * @param directory its process directory, absolute
 * @param workingDirectory where commands of checks run, absolute
 * @param environment the whole environment of commands of checks; where the process is a task of
 *     this app, without the variable that makes the app run it
 * @param timeout how long the check may take
 * @param user the user that commands of checks run as, whom the process runs as; where there is
 *     none, that of this JVM
 * @param group their group; where there is none, the user's own
 */
public record CheckContext(
    ProcessIdentity process,
    Path directory,
    Path workingDirectory,
    Map<String, String> environment,
    Duration timeout,
    Optional<String> user,
    Optional<String> group) {

  /**
   * Checks the values and copies the environment.
   *
   * @throws IllegalArgumentException when a directory is relative, or the timeout out of range
   */
  public CheckContext {
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
  public static CheckContext of(
      ProcessIdentity process,
      Path directory,
      Path workingDirectory,
      Map<String, String> environment) {
    return new CheckContext(
        process,
        directory,
        workingDirectory,
        environment,
        HealthPolicy.DEFAULT_TIMEOUT,
        Optional.empty(),
        Optional.empty());
  }

  /** Returns the same target with whom commands of checks run as. */
  public CheckContext withCredentials(Optional<String> newUser, Optional<String> newGroup) {
    return new CheckContext(
        process, directory, workingDirectory, environment, timeout, newUser, newGroup);
  }

  /** Returns the same target for a check that may take another time. */
  CheckContext withTimeout(Duration newTimeout) {
    return new CheckContext(
        process, directory, workingDirectory, environment, newTimeout, user, group);
  }

  /** Says who it is; environment values are nobody's business. */
  @Override
  public String toString() {
    return "process " + process.pid() + " in " + directory;
  }
}
