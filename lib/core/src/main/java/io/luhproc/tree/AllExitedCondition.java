package io.luhproc.tree;

import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Is true once all given processes have exited.
 *
 * <p>Each evaluation reads only the first process that has not yet been seen to have exited.
 */
final class AllExitedCondition implements BooleanSupplier {
  private final ProcessTable table;
  private final List<ProcessStat> processes;
  private int exitedCount;

  AllExitedCondition(ProcessTable table, List<ProcessStat> processes) {
    this.table = table;
    this.processes = processes;
  }

  @Override
  public boolean getAsBoolean() {
    while (exitedCount < processes.size() && !table.isAlive(processes.get(exitedCount))) {
      exitedCount++;
    }
    return exitedCount == processes.size();
  }
}
