package io.luhproc.engine;

/**
 * A guarantee of an engine. Callers compensate for a missing one, or report it.
 *
 * @since 0.1
 */
public enum EngineCapability {
  /** The log of a worker can be read after its end, until the worker is removed. */
  LOG_AFTER_END,
  /** Standard output and standard error are separate. */
  SEPARATE_STREAMS,
  /** The exit code of an ended worker is known. */
  EXIT_CODE,
  /** A death by lack of memory is reported as such. */
  OUT_OF_MEMORY,
  /** The record of an ended worker is kept until it is removed. */
  END_RECORD,
  /** The engine itself refuses a second worker with the key of a living one. */
  UNIQUE_KEY,
  /** Changes are delivered as they happen; without it, {@link WorkerEngine#watch} polls. */
  WATCH
}
