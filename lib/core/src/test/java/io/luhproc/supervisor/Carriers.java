package io.luhproc.supervisor;

import io.luhproc.process.LaunchVariables;
import io.luhproc.process.ProcessEntry;
import io.luhproc.process.ProcessTable;
import io.luhproc.testing.Eventually;
import java.nio.file.Path;
import java.util.List;

/** Who lives of all that was ever started under a directory, whoever supervises it now. */
final class Carriers {
  private Carriers() {}

  static List<Long> under(Path directory) {
    ProcessTable table = ProcessTable.system();
    return table.all().stream()
        .filter(entry -> !entry.isDead())
        .map(ProcessEntry::pid)
        .filter(pid -> carries(table, pid, directory))
        .toList();
  }

  private static boolean carries(ProcessTable table, long pid, Path directory) {
    return table
        .environment(pid, LaunchVariables.DIRECTORY)
        .filter(it -> it.startsWith(directory + "/"))
        .isPresent();
  }

  /** Ends what a test left, which is nobody's child any more. */
  static void kill(Path directory) {
    Eventually.holds(
        () -> "all are killed: " + under(directory),
        () -> {
          under(directory)
              .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
          return under(directory).isEmpty();
        });
  }
}
