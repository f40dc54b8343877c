package io.luhproc.worker;

import io.luhproc.directory.ProcessKey;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.process.EnvironmentNames;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The environment variables that a worker is told by. */
final class WorkerEnvironment {
  /** The id that the worker was started with. */
  static final String ID = EnvironmentNames.ID;

  /** The process directory; also the cookie by which everything that a worker starts is found. */
  static final String DIRECTORY = EnvironmentNames.DIRECTORY;

  /**
   * Which launch of the directory this is, see {@link
   * io.luhproc.directory.ProcessRecord#launchToken}.
   */
  static final String LAUNCH = EnvironmentNames.LAUNCH;

  private static final String TASK_VALUE = "1";

  private WorkerEnvironment() {}

  /**
   * Returns a worker's environment: the starter's, without the variable of any other task, with its
   * own.
   */
  static Map<String, String> forWorker(
      Map<String, String> starterEnvironment,
      TaskRegistry tasks,
      ProcessKey key,
      LaunchMarker marker) {
    Map<String, String> environment = new HashMap<>(starterEnvironment);
    for (String name : tasks.names()) {
      environment.remove(name);
    }
    environment.put(key.task(), TASK_VALUE);
    environment.put(ID, key.id());
    environment.put(DIRECTORY, marker.directory().toString());
    environment.put(LAUNCH, marker.token());
    // A relative root means another directory to a worker with another working directory.
    if (!environment.getOrDefault(ProcessRoot.ENVIRONMENT_VARIABLE, "").isEmpty()) {
      environment.put(ProcessRoot.ENVIRONMENT_VARIABLE, marker.root().toString());
    }
    return environment;
  }

  /**
   * Checks the variables that a caller wants to add.
   *
   * @throws IllegalArgumentException when one of them would change which task runs
   */
  static void checkUserVariables(Map<String, String> userVariables, TaskRegistry tasks) {
    for (String name : userVariables.keySet()) {
      if (tasks.contains(name)
          || name.equals(ID)
          || name.equals(DIRECTORY)
          || name.equals(LAUNCH)) {
        throw new IllegalArgumentException(
            "variable (" + name + ") must not be set by a caller: it decides which task runs");
      }
    }
  }

  /**
   * What marks everything that belongs to one launch.
   *
   * @param directory the process directory
   * @param token the token of the launch
   */
  record LaunchMarker(Path directory, String token) {
    Path root() {
      return Objects.requireNonNull(directory.getParent(), "a process directory is in a root");
    }
  }
}
