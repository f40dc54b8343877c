package io.luhproc.directory;

import java.nio.file.Path;
import java.util.List;

/**
 * What was launched, without its environment.
 *
 * @param argv the whole command
 * @param jvmOptions the JVM options that the caller asked for on top
 * @param arguments the arguments that the caller asked for
 * @param workingDirectory the working directory
 * @param environmentNames the names, never the values, of the variables that the caller asked for
 */
public record LaunchedCommand(
    List<String> argv,
    List<String> jvmOptions,
    List<String> arguments,
    Path workingDirectory,
    List<String> environmentNames) {

  /** Copies the lists. */
  public LaunchedCommand {
    argv = List.copyOf(argv);
    jvmOptions = List.copyOf(jvmOptions);
    arguments = List.copyOf(arguments);
    environmentNames = List.copyOf(environmentNames);
  }
}
