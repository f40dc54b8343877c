package io.luhproc.worker;

/** A part of an app that can run in a process of its own. */
@FunctionalInterface
public interface Task {

  /**
   * Does the work. Returning ends the process with exit code 0.
   *
   * @param context who this run is, and how it hears that it should stop
   * @throws Exception to end the process with exit code 1; its stack trace goes to stderr
   */
  void run(TaskContext context) throws Exception;
}
