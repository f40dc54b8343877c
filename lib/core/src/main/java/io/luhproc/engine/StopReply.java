package io.luhproc.engine;

/**
 * The reply of an engine to a stop.
 *
 * @since 0.1
 */
public enum StopReply {
  /** The worker is being stopped. */
  ACCEPTED,
  /** The worker had ended; what the engine kept of it is being removed. */
  ALREADY_ENDED,
  /** The engine has no worker with the key. */
  NOT_FOUND,
  /** The worker with the key is another run than the caller named; nothing was done. */
  OTHER_INCARNATION
}
