package io.luhproc.service;

import io.luhproc.process.LaunchCommand;
import java.nio.file.Path;
import java.util.List;

/**
 * An application that can be relaunched to run one of its tasks. Implemented by {@code
 * ProcessManager} and called by the supervisor.
 *
 * @since 0.1
 */
public interface RelaunchableApp {

  /**
   * Checks that a task is registered.
   *
   * @param task the environment variable of the task
   * @throws IllegalArgumentException if it is not; the message lists the registered tasks
   */
  void checkTask(String task);

  /** Returns the main class or executable, which distinguishes this application from others. */
  String program();

  /**
   * Returns the command line and the complete environment that run a task.
   *
   * @throws io.luhproc.LuhprocException if this application cannot be relaunched
   */
  LaunchCommand launchCommand(TaskLaunchRequest request);

  /**
   * One launch of a task.
   *
   * @param task the environment variable of the task
   * @param id the name of the process, passed as {@code LUHPROC_ID}
   * @param directory the process directory, passed as {@code LUHPROC_DIR}
   * @param token identifies this launch, passed as {@code LUHPROC_LAUNCH}
   * @param arguments the arguments of the task
   * @param jvmOptions JVM options in addition to those of this JVM
   */
  record TaskLaunchRequest(
      String task,
      String id,
      Path directory,
      String token,
      List<String> arguments,
      List<String> jvmOptions) {}
}
