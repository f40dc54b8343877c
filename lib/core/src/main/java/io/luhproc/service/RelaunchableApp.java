package io.luhproc.service;

import io.luhproc.process.LaunchCommand;
import java.nio.file.Path;
import java.util.List;

/**
 * An app that can be started again to run one of its tasks; a {@code ProcessManager} is one. Called
 * by a supervisor, not by users.
 */
public interface RelaunchableApp {

  /**
   * Checks that there is such a task.
   *
   * @throws IllegalArgumentException when there is none; the message names those that there are
   */
  void checkTask(String task);

  /** Returns what tells this app from others: its main class, or its executable. */
  String program();

  /**
   * Returns the command line and the whole environment that run the task.
   *
   * @throws io.luhproc.LuhprocException when this app cannot be started again
   */
  LaunchCommand launchCommand(TaskLaunchRequest request);

  /**
   * One launch of a task.
   *
   * @param task the task's variable
   * @param id the name of the process, {@code LUHPROC_ID} in it
   * @param directory its process directory, {@code LUHPROC_DIR} in it
   * @param token tells this launch from others, {@code LUHPROC_LAUNCH} in it
   * @param arguments the arguments of the task
   * @param jvmOptions options of its JVM on top of those of this one
   */
  record TaskLaunchRequest(
      String task,
      String id,
      Path directory,
      String token,
      List<String> arguments,
      List<String> jvmOptions) {}
}
