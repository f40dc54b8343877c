package io.luhproc.relaunch;

import io.luhproc.process.LaunchCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A way to start the app again: by {@code java}, or by another executable. */
interface RelaunchStrategy {

  /** Returns the name of the program, see {@link JvmCommand#program()}. */
  String program();

  /** Returns the file of the program that no longer exists; empty if there is none. */
  default Optional<String> missingFile() {
    return Optional.empty();
  }

  /**
   * Returns the complete command line and environment of a new process, see {@link
   * JvmCommand#buildCommand}.
   */
  LaunchCommand buildCommand(
      OptionChanges changes,
      List<String> arguments,
      Path directory,
      Map<String, String> environment);
}
