package io.luhproc.worker.bootstrap;

import io.luhproc.archive.ClassArchives;
import io.luhproc.directory.ProcessRoot;
import io.luhproc.process.EnvironmentNames;
import io.luhproc.service.TaskLauncher.TaskLaunchRequest;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Environment variables that tell a process which worker it is. */
public final class WorkerEnvironment {
  /** Set in the workers of an engine, which start no further ones there. */
  private static final String ENGINE_WORKER = "LUHPROC_ENGINE_WORKER";

  private static final List<String> LAUNCH_VARIABLES =
      List.of(
          EnvironmentNames.ID,
          EnvironmentNames.DIRECTORY,
          EnvironmentNames.LAUNCH,
          PendingLaunch.VARIABLE,
          ClassArchives.VARIABLE);
  private static final String TASK_VALUE = "1";

  private WorkerEnvironment() {}

  /** Returns the starter's environment, changed so that only the requested task is selected. */
  public static Map<String, String> forWorker(
      Map<String, String> starterEnvironment, Collection<String> tasks, TaskLaunchRequest request) {
    Map<String, String> environment = new HashMap<>(starterEnvironment);
    for (String name : tasks) {
      environment.remove(name);
    }
    environment.remove(ClassArchives.VARIABLE);
    environment.put(request.task(), TASK_VALUE);
    environment.put(EnvironmentNames.ID, request.id());
    environment.put(EnvironmentNames.DIRECTORY, request.directory().toString());
    environment.put(EnvironmentNames.LAUNCH, request.token());
    environment.put(PendingLaunch.VARIABLE, PendingLaunch.describe(request.token(), tasks));
    // A worker with another working directory would resolve a relative root differently.
    if (!environment.getOrDefault(ProcessRoot.ENVIRONMENT_VARIABLE, "").isEmpty()) {
      String root = Objects.requireNonNull(request.directory().getParent(), "root").toString();
      environment.put(ProcessRoot.ENVIRONMENT_VARIABLE, root);
    }
    return environment;
  }

  /**
   * Returns the variables that a worker on an engine gets in addition to those of its surroundings.
   *
   * @param own the variables of the caller
   * @param task the variable of its task; empty for a command
   */
  public static Map<String, String> forEngine(
      Map<String, String> own, Optional<String> task, String id) {
    Map<String, String> environment = new HashMap<>(own);
    if (task.isPresent()) {
      environment.put(task.get(), TASK_VALUE);
    }
    environment.put(EnvironmentNames.ID, id);
    environment.put(ENGINE_WORKER, TASK_VALUE);
    return environment;
  }

  /** Returns the variables that a worker on an engine inherits if it runs on this machine. */
  public static Map<String, String> inheritedByEngine(
      Map<String, String> starterEnvironment, Collection<String> tasks) {
    Map<String, String> environment = new HashMap<>(starterEnvironment);
    environment.keySet().removeAll(tasks);
    environment.keySet().removeAll(LAUNCH_VARIABLES);
    return environment;
  }

  /** Returns whether an environment is that of a worker on an engine. */
  public static boolean isOnEngine(Map<String, String> environment) {
    return environment.containsKey(ENGINE_WORKER);
  }

  /** Returns the names of the variables that a worker inherits, sorted. */
  public static List<String> inheritedNames(Map<String, String> workerEnvironment, String task) {
    Set<String> names = new TreeSet<>(workerEnvironment.keySet());
    LAUNCH_VARIABLES.forEach(names::remove);
    names.remove(task);
    return List.copyOf(names);
  }

  /**
   * Checks the variables that a caller wants to add.
   *
   * @throws IllegalArgumentException if one of them would change which task runs
   */
  public static void checkUserVariables(
      Map<String, String> userVariables, Collection<String> tasks) {
    for (String name : userVariables.keySet()) {
      if (tasks.contains(name) || LAUNCH_VARIABLES.contains(name)) {
        throw new IllegalArgumentException(
            "variable (" + name + ") must not be set in StartOptions: it selects the task");
      }
    }
  }
}
