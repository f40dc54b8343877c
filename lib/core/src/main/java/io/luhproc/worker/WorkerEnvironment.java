package io.luhproc.worker;

import io.luhproc.directory.ProcessRoot;
import io.luhproc.process.EnvironmentNames;
import io.luhproc.relaunch.TaskLauncher.TaskLaunchRequest;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** Environment variables that tell a process which worker it is. */
final class WorkerEnvironment {
  /** The id of the worker. */
  static final String ID = EnvironmentNames.ID;

  /** The process directory; also the marker by which the worker's descendants are found. */
  static final String DIRECTORY = EnvironmentNames.DIRECTORY;

  /** The launch token, see {@link io.luhproc.directory.ProcessRecord#launchToken}. */
  static final String LAUNCH = EnvironmentNames.LAUNCH;

  private static final String TASK_VALUE = "1";

  private WorkerEnvironment() {}

  /** Returns the starter's environment, changed so that only the requested task is selected. */
  static Map<String, String> forWorker(
      Map<String, String> starterEnvironment, TaskRegistry tasks, TaskLaunchRequest request) {
    Map<String, String> environment = new HashMap<>(starterEnvironment);
    for (String name : tasks.names()) {
      environment.remove(name);
    }
    environment.put(request.task(), TASK_VALUE);
    environment.put(ID, request.id());
    environment.put(DIRECTORY, request.directory().toString());
    environment.put(LAUNCH, request.token());
    // A worker with another working directory would resolve a relative root differently.
    if (!environment.getOrDefault(ProcessRoot.ENVIRONMENT_VARIABLE, "").isEmpty()) {
      String root = Objects.requireNonNull(request.directory().getParent(), "root").toString();
      environment.put(ProcessRoot.ENVIRONMENT_VARIABLE, root);
    }
    return environment;
  }

  /**
   * Checks the variables that a caller wants to add.
   *
   * @throws IllegalArgumentException if one of them would change which task runs
   */
  static void checkUserVariables(Map<String, String> userVariables, TaskRegistry tasks) {
    for (String name : userVariables.keySet()) {
      if (tasks.contains(name)
          || name.equals(ID)
          || name.equals(DIRECTORY)
          || name.equals(LAUNCH)) {
        throw new IllegalArgumentException(
            "variable (" + name + ") must not be set in StartOptions: it selects the task");
      }
    }
  }
}
