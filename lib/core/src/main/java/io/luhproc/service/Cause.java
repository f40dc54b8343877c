package io.luhproc.service;

/**
 * Why a process or a service is in its current state.
 *
 * @param kind the category, for programs
 * @param detail the explanation, for people, such as {@code exit code 3}; not blank
 * @since 0.1
 */
public record Cause(Kind kind, String detail) {

  /** Categories of causes. */
  public enum Kind {
    /** A call, such as {@code start} or {@code stop}. */
    REQUESTED,
    /** A dependency is not up yet. */
    DEPENDENCY,
    /** The process exited with a code. */
    EXIT_CODE,
    /** The process was killed by a signal. */
    SIGNAL,
    /** The kernel killed the process because it exceeded its memory limit. */
    OUT_OF_MEMORY,
    /** The process could not be launched. */
    START_FAILED,
    /** The process was not ready within its start timeout. */
    START_TIMEOUT,
    /** The health check of the process reached its failure threshold. */
    UNHEALTHY,
    /** The process exceeded {@code maxMemoryRestart}. */
    MEMORY_LIMIT,
    /** The process failed more often consecutively than its restart policy allows. */
    RETRIES_EXHAUSTED,
    /** The processes of the service were restarted more often than its intensity allows. */
    INTENSITY_EXCEEDED,
    /** A required service failed. */
    DEPENDENCY_FAILED,
    /** Another process of the service failed, and the restart strategy includes this one. */
    SIBLING_FAILED,
    /** The process survived SIGKILL. */
    STOP_FAILED,
    /** The process exited with 125, which means that it must not be restarted. */
    NEVER_RESTART,
    /** The process ended while no supervisor was running. */
    UNKNOWN
  }

  /**
   * Creates a cause.
   *
   * @throws IllegalArgumentException if the detail is blank
   */
  public Cause {
    if (detail.isBlank()) {
      throw new IllegalArgumentException("detail (" + detail + ") must not be blank");
    }
  }

  /** Returns the cause of a requested change. */
  public static Cause requested(String reason) {
    return new Cause(Kind.REQUESTED, reason);
  }

  /** Returns the cause of an exit with a code from 0 to 255. */
  public static Cause exitCode(int code) {
    return new Cause(Kind.EXIT_CODE, "exit code " + code);
  }

  /**
   * Returns the cause of a kill by a signal.
   *
   * @param name the name of the signal, such as {@code SIGSEGV}
   */
  public static Cause signal(String name) {
    return new Cause(Kind.SIGNAL, "killed by " + name);
  }

  /** Returns whether this is an exit with a code or a kill by a signal. */
  public boolean hasExitStatus() {
    return kind == Kind.EXIT_CODE || kind == Kind.SIGNAL;
  }

  /** Returns the detail. */
  @Override
  public String toString() {
    return detail;
  }
}
