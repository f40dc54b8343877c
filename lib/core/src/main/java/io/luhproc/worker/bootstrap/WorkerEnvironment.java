package io.luhproc.worker;

import io.luhproc.directory.ProcessRoot;
import io.luhproc.process.EnvironmentNames;
import io.luhproc.service.TaskLauncher.TaskLaunchRequest;
import io.luhproc.worker.bootstrap.PendingLaunch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Environment variables that tell a process which worker it is. */
final class WorkerEnvironment {
  private static final List<String> LAUNCH_VARIABLES =
      List.of(
          EnvironmentNames.ID,
          EnvironmentNames.DIRECTORY,
          EnvironmentNames.LAUNCH,
          PendingLaunch.VARIABLE);
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
    environment.put(EnvironmentNames.ID, request.id());
    environment.put(EnvironmentNames.DIRECTORY, request.directory().toString());
    environment.put(EnvironmentNames.LAUNCH, request.token());
    environment.put(PendingLaunch.VARIABLE, PendingLaunch.describe(request.token(), tasks.names()));
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
      if (tasks.contains(name) || LAUNCH_VARIABLES.contains(name)) {
        throw new IllegalArgumentException(
            "variable (" + name + ") must not be set in StartOptions: it selects the task");
      }
    }
  }
}
