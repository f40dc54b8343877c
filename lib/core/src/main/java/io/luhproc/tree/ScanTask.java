package io.luhproc.tree;

import io.luhproc.time.Deadline;
import java.util.function.BooleanSupplier;

/**
 * Something that is done by looks at the whole process table, and that waits cheaply in between:
 * its condition is whether the next look is due before its patience is over.
 */
interface ScanTask<T> extends BooleanSupplier {

  /** Returns when the next look is due at the latest. */
  Deadline nextScanDeadline();

  /** Returns the cookies of which processes matter: of those that started then or later. */
  long minStartTicks();

  /** Returns when the look must be over. */
  Deadline deadline();

  /** Takes in what a look has shown and acts on it. */
  void onScan(ProcessSnapshot snapshot);

  /** Returns whether no further look is needed. */
  boolean isDone();

  /** Returns what came of it, once it is done. */
  T result();
}
