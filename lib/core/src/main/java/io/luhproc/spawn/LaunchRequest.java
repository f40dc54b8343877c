package io.luhproc.spawn;

import io.luhproc.process.OutputMode;
import io.luhproc.procfs.LimitMarker;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A command to launch, with its environment and output files.
 *
 * @param argv the command; its first element is the executable
 * @param environment the complete environment
 * @param workingDirectory the working directory
 * @param stdout the file to which stdout is appended
 * @param stderr the file to which stderr is appended
 * @param outputMode whether and how these files are used
 * @param preExec the settings to apply before the command is executed
 * @param limitMarker the limit marker to set before the command is executed; see {@link
 *     Launcher#mark}
 */
public record LaunchRequest(
    List<String> argv,
    Map<String, String> environment,
    Path workingDirectory,
    Path stdout,
    Path stderr,
    OutputMode outputMode,
    Optional<PreExecSettings> preExec,
    Optional<LimitMarker> limitMarker) {

  /**
   * Validates the values.
   *
   * @throws IllegalArgumentException if the command is empty, if an argument or a variable contains
   *     NUL, or if the name of a variable is empty or contains {@code =}
   */
  public LaunchRequest {
    if (argv.isEmpty()) {
      throw new IllegalArgumentException("argv (" + argv + ") must have at least one element");
    }
    for (String argument : argv) {
      if (argument.indexOf('\0') >= 0) {
        throw new IllegalArgumentException(
            "argument (" + argument.replace("\0", "\\0") + ") must not contain NUL");
      }
    }
    for (Map.Entry<String, String> variable : environment.entrySet()) {
      checkVariable(variable.getKey(), variable.getValue());
    }
  }

  /** Creates a request with {@link OutputMode#FILES}, and without settings and marker. */
  public LaunchRequest(
      List<String> argv,
      Map<String, String> environment,
      Path workingDirectory,
      Path stdout,
      Path stderr) {
    this(
        argv,
        environment,
        workingDirectory,
        stdout,
        stderr,
        OutputMode.FILES,
        Optional.empty(),
        Optional.empty());
  }

  /** Checks what the JDK checks too, because the message of the JDK contains the value. */
  private static void checkVariable(String name, String value) {
    if (name.isEmpty() || name.indexOf('=') >= 0 || name.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "name of a variable (" + name + ") must not be empty or contain '=' or NUL");
    }
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("value of variable " + name + " must not contain NUL");
    }
  }

  /** Returns a copy with another output mode. */
  public LaunchRequest with(OutputMode newMode) {
    return new LaunchRequest(
        argv, environment, workingDirectory, stdout, stderr, newMode, preExec, limitMarker);
  }

  /** Returns a copy with another command. */
  public LaunchRequest with(List<String> newArgv) {
    return new LaunchRequest(
        newArgv, environment, workingDirectory, stdout, stderr, outputMode, preExec, limitMarker);
  }

  /** Returns a copy with settings to apply before the command is executed. */
  public LaunchRequest with(PreExecSettings settings) {
    return new LaunchRequest(
        argv,
        environment,
        workingDirectory,
        stdout,
        stderr,
        outputMode,
        Optional.of(settings),
        limitMarker);
  }

  /** Returns a copy with a limit marker. */
  LaunchRequest with(LimitMarker marker) {
    return new LaunchRequest(
        argv,
        environment,
        workingDirectory,
        stdout,
        stderr,
        outputMode,
        preExec,
        Optional.of(marker));
  }

  /**
   * Returns why the settings of the last launch could not be applied, so that the command did not
   * run. Empty if all were applied, or if there are none.
   */
  public Optional<String> preExecFailure() {
    return preExec.flatMap(PreExecSettings::readFailure);
  }
}
