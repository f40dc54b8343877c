package io.luhproc.health.monitor;

import io.luhproc.process.ProcessIdentity;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * A running process that is checked by a {@link HealthMonitor}.
 *
 * @param identity the identity of the process
 * @param directory its process directory, absolute
 * @param workingDirectory the working directory of commands that checks run, absolute
 * @param environment the complete environment of these commands; for a task of this application,
 *     without the variable that makes the application run it
 * @param user the user that these commands run as; empty for the user of this JVM
 * @param group the group that these commands run as; empty for the primary group of the user
 */
public record MonitoredProcess(
    ProcessIdentity identity,
    Path directory,
    Path workingDirectory,
    Map<String, String> environment,
    Optional<String> user,
    Optional<String> group) {

  /**
   * Creates a description.
   *
   * @throws IllegalArgumentException if a directory is relative
   */
  public MonitoredProcess {
    checkAbsolute("directory", directory);
    checkAbsolute("workingDirectory", workingDirectory);
    environment = Map.copyOf(environment);
  }

  private static void checkAbsolute(String name, Path path) {
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException(name + " (" + path + ") must be absolute");
    }
  }

  /** Returns pid and directory, without environment values. */
  @Override
  public String toString() {
    return "process " + identity.pid() + " in " + directory;
  }
}
