package io.luhproc.process;

import java.util.List;
import java.util.Map;

/**
 * Everything that starts the app again: a complete command line and environment.
 *
 * @param argv the command line; its first element is the absolute path of the executable, unless
 *     the app gave its own command
 * @param environment the whole environment, in which the variables that carry JVM options hold only
 *     what may be used twice
 */
public record LaunchCommand(List<String> argv, Map<String, String> environment) {

  /**
   * Copies the values.
   *
   * @throws IllegalArgumentException when the command line is empty
   */
  public LaunchCommand {
    if (argv.isEmpty()) {
      throw new IllegalArgumentException("argv (" + argv + ") must have at least one element");
    }
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
  }
}
