package io.luhproc.tree;

import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Is true once all given processes have exited, or one has lost the signal that it was sent.
 *
 * <p>Each evaluation reads only the first process that has not yet been seen to have exited.
 */
final class AllExitedCondition implements BooleanSupplier {
  private final ProcessTable table;
  private final TreeTracker tree;
  private final List<ProcessStat> processes;
  private int exitedCount;

  AllExitedCondition(ProcessTable table, TreeTracker tree, List<ProcessStat> processes) {
    this.table = table;
    this.tree = tree;
    this.processes = processes;
  }

  @Override
  public boolean getAsBoolean() {
    while (exitedCount < processes.size()) {
      ProcessStat process = processes.get(exitedCount);
      Optional<ProcessStat> now = table.find(process.pid());
      boolean isAlive =
          now.isPresent() && now.get().startTicks() == process.startTicks() && !now.get().isDead();
      if (isAlive) {
        return hasLostSignal(tree, process, now.get());
      }
      exitedCount++;
    }
    return true;
  }

  /** Returns whether a process has lost the signal that was sent after its row was read. */
  static boolean hasLostSignal(TreeTracker tree, ProcessStat process, ProcessStat now) {
    return now.execId() != process.execId() && now.execId() != 0 && tree.losesSignalByExec(process);
  }
}
