package io.luhproc.spawn;

import io.luhproc.process.SpawnException;
import java.util.List;

/** Starts what a launch has come to. */
@FunctionalInterface
interface Spawner extends AutoCloseable {

  /**
   * Starts a process in a session of its own.
   *
   * @param request where its output goes, its environment and working directory
   * @param program what is executed: a path, absolute or from the working directory
   * @param argv its arguments; the first is the name by which it was asked for
   * @throws SpawnException when it cannot be started; nothing runs then
   */
  ChildProcess spawn(LaunchRequest request, String program, List<String> argv);

  /** Starts no more; goes on hearing of the ends of those that it has started. */
  @Override
  default void close() {}
}
