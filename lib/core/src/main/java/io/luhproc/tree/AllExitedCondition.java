package io.luhproc.tree;

import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Whether all of some processes are gone; who was seen to be gone is not looked for again. */
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
