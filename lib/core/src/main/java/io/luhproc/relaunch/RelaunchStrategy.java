package io.luhproc.relaunch;

import io.luhproc.process.LaunchCommand;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A way of starting the app again. */
interface RelaunchStrategy {

  /** Returns what names the program. */
  String program();

  /**
   * Returns the complete command line and environment of a new process.
   *
   * @param jvmOptions additional options of the JVM, which come last
   * @param arguments the arguments of the program
   * @param directory the directory of the new process
   * @param environment the environment it is meant to have
   */
  LaunchCommand buildCommand(
      List<String> jvmOptions,
      List<String> arguments,
      Path directory,
      Map<String, String> environment);
}
