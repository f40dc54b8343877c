package io.luhproc.worker;

/**
 * A part of an app that can run in a process of its own.
 *
 * <p>Under a supervisor, a task is a one-shot process by default: it is not restarted when it
 * returns. {@link io.luhproc.service.ProcessSpec.Builder#keepAlive()} makes it a long-running one.
 *
 * @since 0.1
 */
@FunctionalInterface
public interface Task {

  /**
   * Does the work. When it returns, the process exits with code 0, even if other threads still run;
   * a task that only starts threads must wait for them, or for {@link TaskContext#awaitStop}.
   *
   * @param context describes this run and reports stop requests
   * @throws Exception to make the process exit with code 1, with the stack trace on stderr
   */
  void run(TaskContext context) throws Exception;
}
