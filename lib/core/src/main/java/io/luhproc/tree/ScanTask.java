package io.luhproc.tree;

import io.luhproc.time.Deadline;
import java.util.function.BooleanSupplier;

/**
 * A task that needs repeated process table scans and waits between them.
 *
 * <p>{@link #getAsBoolean()} returns whether the next scan is due before {@link
 * #nextScanDeadline()}. It is polled often and must be cheap.
 */
interface ScanTask<T> extends BooleanSupplier {

  /** Returns the latest time of the next scan. */
  Deadline nextScanDeadline();

  /** Returns the start of the oldest process whose marker this task needs. */
  long minStartTicks();

  /** Returns whether a snapshot by {@link ProcessIndex} contains all members of the tree. */
  boolean isIndexable();

  /** Returns the time by which the task must complete. */
  Deadline deadline();

  /** Evaluates a snapshot and acts on it. */
  void onScan(ProcessSnapshot snapshot);

  /** Returns whether the task is complete. */
  boolean isDone();

  /** Returns the result of a complete task. */
  T result();
}
