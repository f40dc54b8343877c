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
   * Does the work. When it returns, the process waits for the non-daemon threads that were started
   * meanwhile, as a JVM does when {@code main} returns, and exits with code 0. A stop request ends
   * that wait, except for threads that have called {@link TaskContext#stopRequested} or {@link
   * TaskContext#awaitStop}, which have the grace period to clean up. A task that serves on a thread
   * of a library, such as an HTTP server, may return at once.
   *
   * @param context describes this run and reports stop requests
   * @throws Exception to make the process exit with code 1, with the stack trace on stderr, even if
   *     other threads run
   */
  void run(TaskContext context) throws Exception;
}
