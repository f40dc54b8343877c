package io.luhproc.bench;

/** One run of something that is timed. */
@FunctionalInterface
interface Trial {
  /** Runs once and returns what counts of it, in nanoseconds. */
  long run() throws Exception;
}
