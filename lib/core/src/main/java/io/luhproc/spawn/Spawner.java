package io.luhproc.spawn;

import io.luhproc.process.SpawnException;
import java.util.List;

/** Creates the processes of a {@link Launcher}. Implementations are thread-safe. */
@FunctionalInterface
interface Spawner extends AutoCloseable {

  /**
   * Starts a process in a new session.
   *
   * @param request the output files, environment and working directory
   * @param program the path of the executable, absolute or relative to the working directory
   * @param argv the arguments; the first is the name of the program as the caller gave it
   * @throws SpawnException if the process cannot be started; no process runs then
   */
  ChildProcess spawn(LaunchRequest request, String program, List<String> argv);

  /** Releases resources. Exits of children that run still are reported. */
  @Override
  default void close() {}
}
