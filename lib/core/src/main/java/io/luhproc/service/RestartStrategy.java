package io.luhproc.service;

/**
 * Which processes of a service are restarted when one of them is, as in Erlang/OTP.
 *
 * @since 0.1
 */
public enum RestartStrategy {
  /** Only the process that ended; the default. */
  ONE_FOR_ONE,
  /** All processes: the others are stopped, then all are started. */
  ONE_FOR_ALL,
  /** The process that ended and those defined after it. */
  REST_FOR_ONE
}
