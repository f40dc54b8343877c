package io.luhproc.process;

/**
 * The category of a failed process launch.
 *
 * @since 0.1
 */
public enum SpawnFailure {
  /** The program does not exist, is a directory, or is not executable. */
  BAD_PROGRAM(false),
  /** The working directory does not exist, is not a directory, or is not accessible. */
  BAD_DIRECTORY(false),
  /** The user or group is unknown, or this JVM lacks the privilege to switch to it. */
  BAD_USER(false),
  /** A tool required for the launch, sh(1) or setpriv(1), is not installed. */
  MISSING_TOOL(false),
  /** An environment file is missing, not readable, or has invalid lines. */
  BAD_ENVIRONMENT(false),
  /** Arguments and environment exceed the limit of the kernel: E2BIG. */
  ARGUMENTS_TOO_LONG(false),
  /** The {@code jspawnhelper} of the JDK is missing or belongs to another version. */
  NO_SPAWN_HELPER(false),
  /** The process or the machine has no free file descriptors: EMFILE, ENFILE. */
  NO_DESCRIPTORS(true),
  /** The process limit of the user, the cgroup or the machine is reached: EAGAIN. */
  NO_PROCESSES(true),
  /** The machine has no free memory: ENOMEM. */
  NO_MEMORY(true),
  /** An output file, or the file for errors of the setup script, cannot be opened. */
  OUTPUT_UNAVAILABLE(true),
  /** Any other failure, described by the message. */
  OTHER(true);

  private final boolean isTransient;

  SpawnFailure(boolean isTransient) {
    this.isTransient = isTransient;
  }

  /** Returns whether the same launch may succeed later without a configuration change. */
  public boolean isTransient() {
    return isTransient;
  }

  /** Returns whether the failure affects every launch, so that it is not caused by the command. */
  public boolean isSystemWide() {
    return switch (this) {
      case NO_SPAWN_HELPER, NO_DESCRIPTORS, NO_PROCESSES, NO_MEMORY, OUTPUT_UNAVAILABLE -> true;
      case BAD_PROGRAM,
          BAD_DIRECTORY,
          BAD_USER,
          MISSING_TOOL,
          BAD_ENVIRONMENT,
          ARGUMENTS_TOO_LONG,
          OTHER ->
          false;
    };
  }
}
