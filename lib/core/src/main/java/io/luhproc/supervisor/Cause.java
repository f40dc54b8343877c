package io.luhproc.supervisor;

/**
 * Why a process or a service ended or is in its state.
 *
 * @param kind what sort of cause it is
 * @param detail a sentence for people, such as {@code exit code 3}
 */
public record Cause(Kind kind, String detail) {

  /** The sorts of causes. */
  public enum Kind {
    /** Somebody asked for it. */
    WANTED,
    /** It ended with an exit code. */
    EXIT_CODE,
    /** A signal killed it. */
    SIGNAL,
    /** The kernel killed it for want of memory. */
    OUT_OF_MEMORY,
    /** It could not be launched. */
    START_FAILED,
    /** It did not get ready in time. */
    START_TIMEOUT,
    /** Its health check failed. */
    UNHEALTHY,
    /** It used more memory than it may. */
    MEMORY_LIMIT,
    /** It was started again as often as it may be. */
    RETRIES_EXHAUSTED,
    /** Its service was restarted more often than it may be. */
    INTENSITY_EXCEEDED,
    /** A service that it depends on failed. */
    DEPENDENCY_FAILED,
    /** Another process of its service took it along. */
    PEER,
    /** It could not be ended. */
    STOP_FAILED,
    /** It exited with 125, which asks never to be started again. */
    NEVER_RESTART,
    /** It ended while no supervisor watched. */
    UNKNOWN
  }
}
