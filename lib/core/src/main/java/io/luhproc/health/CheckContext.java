package io.luhproc.health;

import io.luhproc.process.ProcessIdentity;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Describes to a {@link HealthCheck} the process that it checks.
 *
 * <p>Instances are immutable and can be used by any thread.
 *
 * @since 0.1
 */
public interface CheckContext {

  /** Returns the identity of the process. */
  ProcessIdentity identity();

  /** Returns the process directory, with {@code pid}, {@code out.log} and {@code err.log}. */
  Path directory();

  /** Returns the absolute working directory of the process. */
  Path workingDirectory();

  /**
   * Returns the complete environment of commands that a check runs: that of the process, without
   * the variable that makes this application run a task.
   */
  Map<String, String> environment();

  /** Returns how long the check may take; at the timeout, its thread is interrupted. */
  Duration timeout();

  /**
   * Runs a command in the working directory, with the environment, user and group of the process,
   * and waits for its exit.
   *
   * <p>Standard input is empty. If the calling thread is interrupted, as it is at the timeout, the
   * command and all processes that it has started are killed.
   *
   * @param command the program and its arguments; without a slash in its name, the program is
   *     searched in the {@code PATH} of {@link #environment()}
   * @return healthy if the exit code is 0; the detail is the last line of output, at most 200
   *     characters
   * @throws InterruptedException if the thread is interrupted before the command exits
   * @throws CheckUnavailableException if this JVM lacks the resources to start a process
   */
  HealthResult run(List<String> command) throws InterruptedException;

  /**
   * Returns the process that listens on a TCP port of this machine, if it is certain that it does
   * not belong to the checked process and its descendants.
   *
   * <p>The result is remembered until a check fails. A listener that this user may not see, such as
   * one of another user or of a container, is not reported; neither is a known forwarder of ports
   * of containers.
   *
   * @param address an address and port that a check has connected to
   * @return pid and name, such as {@code 4711 (python3)}; empty if the listener belongs to the
   *     checked process or is unknown. The default is empty
   */
  default Optional<String> foreignListener(InetSocketAddress address) {
    return Optional.empty();
  }
}
