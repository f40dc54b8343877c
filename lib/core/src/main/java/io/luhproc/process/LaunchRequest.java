package io.luhproc.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What to launch.
 *
 * @param argv the command; its first element is the executable
 * @param environment the whole environment
 * @param directory the working directory
 * @param out the file that stdout is appended to
 * @param err the file that stderr is appended to
 */
public record LaunchRequest(
    List<String> argv, Map<String, String> environment, Path directory, Path out, Path err) {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when the command is empty
   */
  public LaunchRequest {
    if (argv.isEmpty()) {
      throw new IllegalArgumentException("argv (" + argv + ") must have at least one element");
    }
  }
}
