package io.luhproc.tree;

import io.luhproc.procfs.PidCounter;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.time.Deadline;
import io.luhproc.time.TimeSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes snapshots of the process table: of all processes, or by a {@link ProcessIndex}.
 *
 * <p>The index requires a root and a limit marker. The root may have been seen before its launch
 * set the markers, so without its pid it is not found. The environment marker alone may appear in
 * any process that calls execve(2). A tree that lacks either needs all processes.
 */
final class SnapshotSource {
  private final ProcessTable table;
  private final TimeSource time;
  private final TreeMarkerCache markerCache = new TreeMarkerCache();
  private @Nullable ProcessIndex index;

  SnapshotSource(ProcessTable table, TimeSource time) {
    this.table = table;
    this.time = time;
  }

  /**
   * Takes a snapshot.
   *
   * @param minStartTicks markers of processes that started earlier are not read
   * @param deadline the time after which no more new processes are added
   */
  ProcessSnapshot take(boolean byIndex, long minStartTicks, Deadline deadline) {
    ProcessIndex found = byIndex ? index() : null;
    return found == null
        ? new FullSnapshot(table, markerCache, minStartTicks, deadline)
        : new IndexedSnapshot(table, found, minStartTicks);
  }

  private @Nullable ProcessIndex index() {
    if (index == null) {
      Optional<PidCounter> counter = table.pidCounter();
      if (counter.isPresent()) {
        index = new ProcessIndex(table, markerCache, counter.get(), time);
      }
    }
    return index;
  }
}
