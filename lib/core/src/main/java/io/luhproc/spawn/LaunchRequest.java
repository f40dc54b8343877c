package io.luhproc.spawn;

import io.luhproc.process.OutputMode;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What to launch.
 *
 * @param argv the command; its first element is the executable
 * @param environment the whole environment
 * @param workingDirectory the working directory
 * @param stdout the file that stdout is appended to
 * @param stderr the file that stderr is appended to
 * @param outputMode whether these files are used
 * @param preExec what is to hold before the command's first instruction
 */
public record LaunchRequest(
    List<String> argv,
    Map<String, String> environment,
    Path workingDirectory,
    Path stdout,
    Path stderr,
    OutputMode outputMode,
    Optional<PreExecSettings> preExec) {

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
    environment.forEach(LaunchRequest::checkVariable);
  }

  /** Creates one with its output in both files, and without set-up. */
  public LaunchRequest(
      List<String> argv,
      Map<String, String> environment,
      Path workingDirectory,
      Path stdout,
      Path stderr) {
    this(argv, environment, workingDirectory, stdout, stderr, OutputMode.FILES, Optional.empty());
  }

  /** The JDK checks this too, but tells the value. */
  private static void checkVariable(String name, String value) {
    if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "name of a variable (" + name + ") must be without '=' and NUL, and not empty");
    }
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("variable " + name + " must not hold a NUL character");
    }
  }

  /** Returns the same request with its output elsewhere. */
  public LaunchRequest with(OutputMode newMode) {
    return new LaunchRequest(argv, environment, workingDirectory, stdout, stderr, newMode, preExec);
  }

  /** Returns the same request with a set-up. */
  public LaunchRequest with(PreExecSettings settings) {
    return new LaunchRequest(
        argv, environment, workingDirectory, stdout, stderr, outputMode, Optional.of(settings));
  }

  /**
   * Returns why the last launch could not be set up, so that the command was never run; nothing
   * when it could, or there was nothing to set up.
   */
  public Optional<String> preExecFailure() {
    return preExec.flatMap(PreExecSettings::readFailure).map(cause -> "cannot be set up: " + cause);
  }
}
