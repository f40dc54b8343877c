package io.luhproc.tree;

import io.luhproc.process.ProcessStat;
import java.util.List;

/**
 * What became of a tree that was to be stopped.
 *
 * @param found whether anything of it lived
 * @param killed whether anything of it was sent KILL because the grace was over
 * @param alive who of it lived still when the time was over; empty is the proof that none does
 */
public record StopTreeResult(boolean found, boolean killed, List<ProcessStat> alive) {

  /** Copies the list. */
  public StopTreeResult {
    alive = List.copyOf(alive);
  }
}
