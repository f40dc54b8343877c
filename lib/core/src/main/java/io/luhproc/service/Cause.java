package io.luhproc.service;

/**
 * Why a process or a service is in its state.
 *
 * @param kind what a program tells apart
 * @param detail what a person reads, such as {@code exit code 3}; never empty
 */
public record Cause(Kind kind, String detail) {

  /** What a program tells apart. */
  public enum Kind {
    /** Somebody asked for it. */
    REQUESTED,
    /** It waits for a dependency. */
    DEPENDENCY,
    /** It exited with a code. */
    EXIT_CODE,
    /** A signal killed it. */
    SIGNAL,
    /** The kernel killed it because memory ran out. */
    OUT_OF_MEMORY,
    /** It could not be launched. */
    START_FAILED,
    /** It was not well within the time for its start. */
    START_TIMEOUT,
    /** Its health check failed. */
    UNHEALTHY,
    /** It used more memory than it may before it is restarted. */
    MEMORY_LIMIT,
    /** It failed more often in a row than its restart policy allows. */
    RETRIES_EXHAUSTED,
    /** The processes of its service were restarted more often than its intensity allows. */
    INTENSITY_EXCEEDED,
    /** What it depends on failed. */
    DEPENDENCY_FAILED,
    /** Another process of its service failed, and the strategy concerns this one too. */
    SIBLING_FAILED,
    /** It lived still when all means to end it were used up. */
    STOP_FAILED,
    /** It exited with 125, by which it asks never to be started again. */
    NEVER_RESTART,
    /** It ended while no supervisor watched. */
    UNKNOWN
  }

  /**
   * Checks the values.
   *
   * @throws IllegalArgumentException when the detail says nothing
   */
  public Cause {
    if (detail.isBlank()) {
      throw new IllegalArgumentException("detail (" + detail + ") must say why");
    }
  }

  public static Cause requested(String reason) {
    return new Cause(Kind.REQUESTED, reason);
  }

  public static Cause exitCode(int code) {
    return new Cause(Kind.EXIT_CODE, "exit code " + code);
  }

  /** Returns the cause of a process that a signal killed, such as {@code SIGSEGV}. */
  public static Cause signal(String name) {
    return new Cause(Kind.SIGNAL, "killed by " + name);
  }

  /** Returns whether the process ended in a way of which its exit code tells. */
  public boolean hasExitStatus() {
    return kind == Kind.EXIT_CODE || kind == Kind.SIGNAL;
  }

  @Override
  public String toString() {
    return detail;
  }
}
