package io.luhproc.tree;

import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import java.util.HashMap;
import java.util.Map;

/**
 * Caches the markers of all processes. Each is read once per execve(2).
 *
 * <p>The environment marker is passed to execve(2), and a launch sets the limit marker just before
 * it. Until then a process has the markers of its parent, so the key consists of pid, start time
 * and {@link ProcessStat#execId()}. If the process calls execve(2) between the read of the row and
 * the read of the markers, its next row has another exec id and the markers are read again. A
 * process without an exec id is read every time.
 */
final class TreeMarkerCache {
  private final Map<Long, CachedMarkers> markersByPid = new HashMap<>();

  /** Returns the markers of a process. */
  ProcessMarkers get(ProcessTable table, ProcessStat process) {
    CachedMarkers cached = markersByPid.get(process.pid());
    if (cached != null && cached.matches(process)) {
      return cached.markers;
    }
    ProcessMarkers markers = ProcessMarkers.read(table, process.pid());
    if (process.execId() != 0) {
      markersByPid.put(process.pid(), new CachedMarkers(process, markers));
    }
    return markers;
  }

  /** Removes the markers of processes that are no longer alive. */
  void retainOnly(Map<Long, ProcessStat> live) {
    boolean ignored = markersByPid.keySet().retainAll(live.keySet());
  }

  /** Returns the number of cached markers. */
  int size() {
    return markersByPid.size();
  }

  /** Markers and their key. Not a record, see {@link ProcessSet}. */
  private static final class CachedMarkers {
    private final long startTicks;
    private final long execId;
    private final ProcessMarkers markers;

    CachedMarkers(ProcessStat process, ProcessMarkers markers) {
      this.startTicks = process.startTicks();
      this.execId = process.execId();
      this.markers = markers;
    }

    boolean matches(ProcessStat process) {
      return startTicks == process.startTicks() && execId == process.execId();
    }
  }
}
