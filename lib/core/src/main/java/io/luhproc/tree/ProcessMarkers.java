package io.luhproc.tree;

import io.luhproc.procfs.LimitMarker;
import io.luhproc.procfs.ProcessTable;
import java.util.Optional;

/**
 * The markers that one process carries.
 *
 * @param directory the environment marker, see {@link TreeMarker}; empty if there is none, if the
 *     process has overwritten or hidden its environment, or if it belongs to another user
 * @param limit the limit marker, see {@link LimitMarker}; 0 if there is none
 */
record ProcessMarkers(String directory, long limit) {
  static final ProcessMarkers NONE = new ProcessMarkers("", 0);

  static ProcessMarkers read(ProcessTable table, long pid) {
    Optional<String> directory = table.environmentVariable(pid, TreeMarker.VARIABLE);
    Optional<LimitMarker> limit = table.limitMarker(pid);
    return directory.isEmpty() && limit.isEmpty()
        ? NONE
        : new ProcessMarkers(
            directory.isPresent() ? directory.get() : "",
            limit.isPresent() ? limit.get().value() : 0);
  }
}
