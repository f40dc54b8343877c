package io.luhproc.process;

/** Why a process could not be started. */
public enum SpawnFailure {
  /** There is no such program, or it is a directory, or may not be executed. */
  BAD_PROGRAM(false),
  /** The working directory does not exist, is no directory, or may not be entered. */
  BAD_DIRECTORY(false),
  /** The user or group is unknown, or this JVM may not become it. */
  BAD_USER(false),
  /** The machine lacks a tool that the launch needs: sh(1) or setpriv(1). */
  MISSING_TOOL(false),
  /** A file of variables is missing, may not be read, or has bad lines. */
  BAD_ENVIRONMENT(false),
  /** Arguments and environment are longer than the kernel passes on, E2BIG. */
  ARGUMENTS_TOO_LONG(false),
  /** The JDK lost its {@code jspawnhelper}, or has that of another version. */
  NO_SPAWN_HELPER(false),
  /** This JVM, or the machine, has no descriptor left: EMFILE, ENFILE. */
  NO_DESCRIPTORS(true),
  /** The user, the cgroup or the machine has no process left, EAGAIN. */
  NO_PROCESSES(true),
  /** The machine has no memory left, ENOMEM. */
  NO_MEMORY(true),
  /** A file for the output, or for faults of the set-up, cannot be opened. */
  OUTPUT_UNAVAILABLE(true),
  /** Something else, see the message. */
  OTHER(true);

  private final boolean isTransient;

  SpawnFailure(boolean isTransient) {
    this.isTransient = isTransient;
  }

  /** Returns whether the same launch may work later although nobody mends anything for it. */
  public boolean isTransient() {
    return isTransient;
  }

  /** Returns whether nothing at all can be started now, so that it says nothing of the command. */
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
