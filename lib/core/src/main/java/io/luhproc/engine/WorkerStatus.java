package io.luhproc.engine;

import io.luhproc.process.ProcessEnd;
import java.time.Instant;
import java.util.Optional;

/**
 * The status of a worker, as its engine reports it.
 *
 * @param key identifies the worker
 * @param incarnation identifies this run of it, and no earlier or later one: pid and start time,
 *     the uid of a Job, a Slurm job id
 * @param token the token of the {@link WorkerSpec} that it was started with
 * @param phase its phase
 * @param detail what the engine says in addition, such as why it does not run yet
 * @param where the place that it runs at, such as {@code pod indexer-x7k2p on node-3}
 * @param created when the engine accepted it
 * @param started when its process began; empty before
 * @param end how it ended; present exactly in phase {@link Phase#ENDED}
 * @since 0.1
 */
public record WorkerStatus(
    WorkerKey key,
    String incarnation,
    String token,
    Phase phase,
    Optional<String> detail,
    Optional<String> where,
    Instant created,
    Optional<Instant> started,
    Optional<WorkerEnd> end) {

  /**
   * Checks that end and phase agree.
   *
   * @throws IllegalArgumentException if {@code end} is present in another phase than ENDED, or
   *     missing in it
   */
  public WorkerStatus {
    if (end.isPresent() != (phase == Phase.ENDED)) {
      throw new IllegalArgumentException("end (" + end + ") does not fit phase " + phase);
    }
  }

  /** The phase of a worker. */
  public enum Phase {
    /** Accepted; its process does not run yet. */
    STARTING,
    /** Its process runs. */
    RUNNING,
    /** The engine ends it. */
    STOPPING,
    /** Its process has ended. */
    ENDED,
    /** The engine cannot say, for example because it has lost contact with the machine. */
    LOST
  }

  /**
   * How a worker ended.
   *
   * @param kind the kind of its end
   * @param process time, exit code, signal and reason
   */
  public record WorkerEnd(Kind kind, ProcessEnd process) {

    /** Kinds of ends. */
    public enum Kind {
      /** The process exited, or was killed by a signal. */
      EXITED,
      /** A stop ended it. */
      STOPPED,
      /** It was killed for lack of memory. */
      OUT_OF_MEMORY,
      /** Its process could not be started. */
      START_FAILED,
      /** The engine cannot say how it ended. */
      UNKNOWN
    }
  }
}
