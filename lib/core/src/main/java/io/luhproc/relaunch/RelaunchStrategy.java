package io.luhproc.relaunch;

import io.luhproc.process.LaunchCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A way to start the app again: by {@code java}, or by another executable. */
interface RelaunchStrategy {

  /** Returns the name of the program, see {@link JvmCommand#program()}. */
  String program();

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
