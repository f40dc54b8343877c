package io.luhproc.tree;

import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The cookies of all processes, each read once for each program that a process runs.
 *
 * <p>A cookie is part of the environment that execve(2) was given. Between fork and exec a process
 * has that of its parent, so pid and start time do not make it certain: only together with {@link
 * ProcessStat#execId()} do they. What was read may already be the cookie of the next program, when
 * the process went on between our two looks; its next row then shows another image, and the cookie
 * is read anew. A process whose image is not known is read every time.
 */
final class TreeMarkerCache {
  private final Map<Long, CachedMarker> markerByPid = new HashMap<>();

  /** Returns the cookie that a process of this row carries; empty when it has none. */
  String get(ProcessTable table, ProcessStat entry) {
    CachedMarker cached = markerByPid.get(entry.pid());
    if (cached != null && cached.matches(entry)) {
      return cached.marker;
    }
    Optional<String> read = table.environmentVariable(entry.pid(), TreeMarker.VARIABLE);
    String marker = read.isPresent() ? read.get() : "";
    if (entry.execId() != 0) {
      markerByPid.put(entry.pid(), new CachedMarker(entry, marker));
    }
    return marker;
  }

  /** Forgets the cookies of all who live no more. */
  void retainOnly(Map<Long, ProcessStat> live) {
    boolean ignored = markerByPid.keySet().retainAll(live.keySet());
  }

  /** Returns of how many processes the cookie is kept. */
  int size() {
    return markerByPid.size();
  }

  /** Not a record, see {@link ProcessSet}. */
  private static final class CachedMarker {
    private final long startTicks;
    private final long execId;
    private final String marker;

    CachedMarker(ProcessStat entry, String marker) {
      this.startTicks = entry.startTicks();
      this.execId = entry.execId();
      this.marker = marker;
    }

    boolean matches(ProcessStat entry) {
      return startTicks == entry.startTicks() && execId == entry.execId();
    }
  }
}
