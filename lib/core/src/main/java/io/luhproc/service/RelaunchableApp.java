package io.luhproc.service;

/**
 * An app whose tasks a supervisor can run, such as a {@code ProcessManager}. Users pass it to
 * {@link ProcessSpec#task}; they do not implement or call it.
 *
 * @since 0.1
 */
public interface RelaunchableApp {

  /** Returns the commands that run the tasks of this app; only a supervisor needs them. */
  TaskLauncher taskLauncher();
}
