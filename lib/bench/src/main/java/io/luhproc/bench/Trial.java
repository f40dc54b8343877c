package io.luhproc.bench;

/** A timed run. */
@FunctionalInterface
interface Trial {
  /** Runs once and returns the measured time in nanoseconds. */
  long run() throws Exception;
}
