package io.luhproc.service;

import io.luhproc.process.LaunchCommand;
import java.nio.file.Path;
import java.util.List;

/**
 * Builds the commands that relaunch an app to run one of its tasks. Called by a supervisor, not by
 * users.
 *
 * @since 0.1
 */
public interface TaskLauncher {

  /**
   * Checks that a task is registered.
   *
   * @throws IllegalArgumentException if it is not; the message lists the registered tasks
   */
  void checkTask(String task);

  /** Returns what distinguishes this app from others: its main class, or its executable. */
  String programName();

  /**
   * Returns the command line and the complete environment that run a task.
   *
   * @throws io.luhproc.process.NotRelaunchableException if the command line of this app is unknown
   */
  LaunchCommand launchCommand(TaskLaunchRequest request);

  /**
   * One launch of a task.
   *
   * @param task the task's variable
   * @param id the id of the process, {@code LUHPROC_ID} in its environment
   * @param directory its process directory, {@code LUHPROC_DIR} in its environment
   * @param token distinguishes this launch from others, {@code LUHPROC_LAUNCH} in its environment
   * @param arguments the arguments of the task
   * @param jvmOptions options of its JVM, added after the options of this JVM
   * @param removedJvmOptions prefixes of options of this JVM that its JVM does not get
   */
  record TaskLaunchRequest(
      String task,
      String id,
      Path directory,
      String token,
      List<String> arguments,
      List<String> jvmOptions,
      List<String> removedJvmOptions) {

    /** Creates a launch with all options of this JVM. */
    public TaskLaunchRequest(
        String task,
        String id,
        Path directory,
        String token,
        List<String> arguments,
        List<String> jvmOptions) {
      this(task, id, directory, token, arguments, jvmOptions, List.of());
    }
  }
}
