package io.luhproc.worker.local;

import io.luhproc.process.ProcessEnd;
import io.luhproc.process.Signal;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalInt;

/** The end of a worker that was stopped. */
public final class StopEnd {
  private static final String STOPPED = "stopped";
  private static final String KILLED = "killed by stop after the grace period";

  private StopEnd() {}

  /**
   * Returns the end of a worker that could not record it itself.
   *
   * @param killed whether it outlived the grace period
   */
  public static ProcessEnd of(Instant time, boolean killed) {
    return new ProcessEnd(
        time,
        OptionalInt.empty(),
        killed ? Optional.of(Signal.KILL) : Optional.empty(),
        Optional.empty(),
        killed ? KILLED : STOPPED);
  }

  /**
   * Returns whether a stop ended a worker: as {@link #of} describes it, or as a worker records that
   * a signal asked it to stop. A worker that a signal of its own or of a user killed was not
   * stopped.
   */
  public static boolean isStop(ProcessEnd end) {
    return end.reason().equals(STOPPED)
        || end.signal().filter(it -> !isDeathBy(it, end)).isPresent();
  }

  /** Returns whether the parent of the process recorded that a signal killed it. */
  private static boolean isDeathBy(Signal signal, ProcessEnd end) {
    return end.reason().equals(ProcessEnd.ofSignal(end.time(), signal.number()).reason());
  }
}
