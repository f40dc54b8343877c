package io.luhproc.process;

import java.util.List;
import java.util.Map;

/**
 * A complete command line and environment that launches the application again.
 *
 * @param argv the command line; the first element is the absolute path of the executable, unless
 *     the application configured its own command
 * @param environment the complete environment; variables that carry JVM options contain only
 *     options that two JVMs can use at the same time
 * @since 0.1
 */
public record LaunchCommand(List<String> argv, Map<String, String> environment) {

  /**
   * Copies the values.
   *
   * @throws IllegalArgumentException if {@code argv} is empty
   */
  public LaunchCommand {
    if (argv.isEmpty()) {
      throw new IllegalArgumentException("argv (" + argv + ") must have at least one element");
    }
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
  }
}
