package io.luhproc.tree;

import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Caches the markers of all processes. Each is read once per execve(2).
 *
 * <p>The marker is part of the environment passed to execve(2). Between fork and exec a process has
 * the marker of its parent, so the key consists of pid, start time and {@link
 * ProcessStat#execId()}. If the process calls execve(2) between the read of the row and the read of
 * the marker, its next row has another exec id and the marker is read again. A process without an
 * exec id is read every time.
 */
final class TreeMarkerCache {
  private final Map<Long, CachedMarker> markerByPid = new HashMap<>();

  /** Returns the marker of a process; an empty string if it has none. */
  String get(ProcessTable table, ProcessStat process) {
    CachedMarker cached = markerByPid.get(process.pid());
    if (cached != null && cached.matches(process)) {
      return cached.marker;
    }
    Optional<String> read = table.environmentVariable(process.pid(), TreeMarker.VARIABLE);
    String marker = read.isPresent() ? read.get() : "";
    if (process.execId() != 0) {
      markerByPid.put(process.pid(), new CachedMarker(process, marker));
    }
    return marker;
  }

  /** Removes the markers of processes that are no longer alive. */
  void retainOnly(Map<Long, ProcessStat> live) {
    boolean ignored = markerByPid.keySet().retainAll(live.keySet());
  }

  /** Returns the number of cached markers. */
  int size() {
    return markerByPid.size();
  }

  /** A marker and its key. Not a record, see {@link ProcessSet}. */
  private static final class CachedMarker {
    private final long startTicks;
    private final long execId;
    private final String marker;

    CachedMarker(ProcessStat process, String marker) {
      this.startTicks = process.startTicks();
      this.execId = process.execId();
      this.marker = marker;
    }

    boolean matches(ProcessStat process) {
      return startTicks == process.startTicks() && execId == process.execId();
    }
  }
}
