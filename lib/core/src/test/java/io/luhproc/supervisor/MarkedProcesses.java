package io.luhproc.supervisor;

import io.luhproc.process.EnvironmentNames;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.testing.Eventually;
import java.nio.file.Path;
import java.util.List;

/** The live processes that carry a marker below a directory, whichever supervisor owns them. */
final class MarkedProcesses {
  private MarkedProcesses() {}

  static List<Long> aliveUnder(Path directory) {
    ProcessTable table = ProcessTable.system();
    return table.all().stream()
        .filter(entry -> !entry.isDead())
        .map(ProcessStat::pid)
        .filter(pid -> isMarked(table, pid, directory))
        .toList();
  }

  private static boolean isMarked(ProcessTable table, long pid, Path directory) {
    return table
        .environmentVariable(pid, EnvironmentNames.DIRECTORY)
        .filter(it -> it.startsWith(directory + "/"))
        .isPresent();
  }

  /** Kills the processes that a test left running, also those that init has adopted. */
  static void killAll(Path directory) {
    Eventually.holds(
        () -> "all are killed: " + aliveUnder(directory),
        () -> {
          aliveUnder(directory)
              .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
          return aliveUnder(directory).isEmpty();
        });
  }
}
