package io.luhproc.tree;

import io.luhproc.process.ProcessStat;
import java.util.List;

/**
 * The result of stopping a process tree.
 *
 * @param found whether any member was alive at the start
 * @param killed whether any member was sent SIGKILL
 * @param alive the members still alive at the timeout; empty if the tree is proven to be gone
 */
public record StopTreeResult(boolean found, boolean killed, List<ProcessStat> alive) {

  /** Copies the list. */
  public StopTreeResult {
    alive = List.copyOf(alive);
  }
}
