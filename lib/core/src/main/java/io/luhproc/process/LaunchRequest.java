package io.luhproc.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to launch.
 *
 * @param argv the command; its first element is the executable
 * @param environment the whole environment
 * @param directory the working directory
 * @param out the file that stdout is appended to
 * @param err the file that stderr is appended to
 * @param output whether these files are used
 * @param setup what is to hold before the command's first instruction
 */
public record LaunchRequest(
    List<String> argv,
    Map<String, String> environment,
    Path directory,
    Path out,
    Path err,
    OutputMode output,
    Optional<LaunchSetup> setup) {

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when the command is empty, or when an argument or a variable
   *     holds what the kernel cannot pass on: a NUL, or a {@code =} in a variable's name
   */
  public LaunchRequest {
    if (argv.isEmpty()) {
      throw new IllegalArgumentException("argv (" + argv + ") must have at least one element");
    }
    for (String argument : argv) {
      if (argument.indexOf('\0') >= 0) {
        throw new IllegalArgumentException(
            "argument (" + argument.replace("\0", "\\0") + ") must not hold a NUL character");
      }
    }
    environment.forEach(LaunchRequest::check);
  }

  /** Creates one with its output in both files, and without set-up. */
  public LaunchRequest(
      List<String> argv, Map<String, String> environment, Path directory, Path out, Path err) {
    this(argv, environment, directory, out, err, OutputMode.FILES, Optional.empty());
  }

  /** The JDK checks this too, but tells the value. */
  private static void check(String name, String value) {
    if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "name of a variable (" + name + ") must be without '=' and NUL, and not empty");
    }
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("variable " + name + " must not hold a NUL character");
    }
  }

  /** Returns the same request with its output elsewhere. */
  public LaunchRequest with(OutputMode mode) {
    return new LaunchRequest(argv, environment, directory, out, err, mode, setup);
  }

  /** Returns the same request with a set-up. */
  public LaunchRequest with(LaunchSetup prepared) {
    return new LaunchRequest(argv, environment, directory, out, err, output, Optional.of(prepared));
  }

  /**
   * Returns why the last launch could not be set up, so that the command was never run; nothing
   * when it could, or there was nothing to set up.
   */
  public Optional<String> setupFailure() {
    return setup.flatMap(LaunchSetup::failure).map(why -> "cannot be set up: " + why);
  }
}
