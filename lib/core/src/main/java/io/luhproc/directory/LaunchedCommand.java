package io.luhproc.directory;

import java.nio.file.Path;
import java.util.List;

/**
 * The command of a launched process, without environment values.
 *
 * @param argv the complete command
 * @param jvmOptions additional JVM options of the caller
 * @param removedJvmOptions prefixes of JVM options that the caller did not pass on
 * @param arguments arguments of the caller
 * @param workingDirectory the working directory
 * @param environmentNames names, never values, of the environment variables of the caller
 * @param inheritedNames names, never values, of the environment variables inherited from the
 *     starter
 */
public record LaunchedCommand(
    List<String> argv,
    List<String> jvmOptions,
    List<String> removedJvmOptions,
    List<String> arguments,
    Path workingDirectory,
    List<String> environmentNames,
    List<String> inheritedNames) {

  /** Copies the lists. */
  public LaunchedCommand {
    argv = List.copyOf(argv);
    jvmOptions = List.copyOf(jvmOptions);
    removedJvmOptions = List.copyOf(removedJvmOptions);
    arguments = List.copyOf(arguments);
    environmentNames = List.copyOf(environmentNames);
    inheritedNames = List.copyOf(inheritedNames);
  }

  /** Creates a command without removed JVM options, whose inherited variables are not recorded. */
  public LaunchedCommand(
      List<String> argv,
      List<String> jvmOptions,
      List<String> arguments,
      Path workingDirectory,
      List<String> environmentNames) {
    this(argv, jvmOptions, List.of(), arguments, workingDirectory, environmentNames, List.of());
  }
}
