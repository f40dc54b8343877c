package io.luhproc.engine;

/**
 * The reply of an engine to a start.
 *
 * @param outcome what became of the start
 * @param status the worker that has the key now
 * @since 0.1
 */
public record StartReply(Outcome outcome, WorkerStatus status) {

  /** What became of a start. */
  public enum Outcome {
    /** Accepted: the worker will run, whatever becomes of the caller. */
    ACCEPTED,
    /** An earlier call with the same token was accepted; nothing was done. */
    ALREADY_ACCEPTED,
    /** A worker with the key and another token exists, and has not ended; nothing was done. */
    TAKEN,
    /** The previous worker with the key is being stopped; nothing was done. */
    STOPPING
  }
}
