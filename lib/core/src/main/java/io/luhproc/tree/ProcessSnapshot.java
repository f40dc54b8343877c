package io.luhproc.tree;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.time.Deadline;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A snapshot of all live processes, indexed by pid, parent, session, process group and marker.
 *
 * <p>One snapshot serves any number of trees. The listing is repeated until it contains no new pid,
 * because a process that forks and exits between listing and reading would hide its child. For the
 * same reason the markers are read together with the row. This finds the end of a chain of 400
 * processes that each fork and exit within a millisecond.
 */
final class ProcessSnapshot {
  private static final int MAX_LISTINGS = 50;

  private final ProcessTable table;
  private final TreeMarkerCache markerCache;
  private final long minStartTicks;
  private final Set<Long> seen = new HashSet<>();
  private final Map<Long, ProcessStat> liveByPid = new HashMap<>();
  private final Map<Long, List<ProcessStat>> byParent = new HashMap<>();
  private final Map<Long, List<ProcessStat>> bySessionOrGroup = new HashMap<>();
  private final Map<Long, ProcessMarkers> markersByPid = new HashMap<>();
  private final Map<String, List<ProcessStat>> byMarkerName = new HashMap<>();
  private final Map<Long, List<ProcessStat>> byLimit = new HashMap<>();

  /**
   * Takes a snapshot. New processes are added until a listing contains none or the deadline
   * expires.
   *
   * @param minStartTicks markers of processes that started earlier are not read
   */
  ProcessSnapshot(
      ProcessTable table, TreeMarkerCache markerCache, long minStartTicks, Deadline deadline) {
    this.table = table;
    this.markerCache = markerCache;
    this.minStartTicks = minStartTicks;
    int listings = 0;
    while (readNewProcesses() && listings < MAX_LISTINGS && !deadline.isExpired()) {
      listings++;
    }
    markerCache.retainOnly(liveByPid);
  }

  private boolean readNewProcesses() {
    boolean anyNew = false;
    for (long pid : table.pids()) {
      if (seen.add(pid)) {
        anyNew = true;
        Optional<ProcessStat> process = table.find(pid);
        if (process.isPresent() && !process.get().isDead()) {
          add(process.get());
        }
      }
    }
    return anyNew;
  }

  private void add(ProcessStat process) {
    liveByPid.put(process.pid(), process);
    add(byParent, process.parentPid(), process);
    add(bySessionOrGroup, process.sessionId(), process);
    if (process.processGroupId() != process.sessionId()) {
      add(bySessionOrGroup, process.processGroupId(), process);
    }
    if (mayHaveMarker(process)) {
      ProcessMarkers markers = markerCache.get(table, process);
      markersByPid.put(process.pid(), markers);
      if (!markers.directory().isEmpty()) {
        add(byMarkerName, TreeMarker.directoryName(markers.directory()), process);
      }
      if (markers.limit() != 0) {
        add(byLimit, markers.limit(), process);
      }
    }
  }

  private static <K> void add(Map<K, List<ProcessStat>> index, K key, ProcessStat process) {
    List<ProcessStat> processes = index.get(key);
    if (processes == null) {
      processes = new ArrayList<>(1);
      index.put(key, processes);
    }
    processes.add(process);
  }

  private boolean mayHaveMarker(ProcessStat process) {
    return ProcessIdentity.isValidPid(process.pid())
        && process.startTicks() >= minStartTicks
        && !isKernelThread(process);
  }

  /** Kernel threads have no memory, no session, and kthreadd (pid 2) as their parent. */
  private static boolean isKernelThread(ProcessStat process) {
    return process.sessionId() == 0 && process.rssBytes() == 0 && process.parentPid() <= 2;
  }

  /** Returns the live process with a pid. */
  Optional<ProcessStat> find(long pid) {
    return Optional.ofNullable(liveByPid.get(pid));
  }

  /** Returns the markers of a process. */
  ProcessMarkers markers(long pid) {
    return markersByPid.getOrDefault(pid, ProcessMarkers.NONE);
  }

  /** Returns the processes whose environment marker is a path that ends with a name. */
  List<ProcessStat> withMarker(String directoryName) {
    return byMarkerName.getOrDefault(directoryName, List.of());
  }

  /** Returns the processes with a limit marker. */
  List<ProcessStat> withLimit(long limit) {
    return byLimit.getOrDefault(limit, List.of());
  }

  /** Returns the live children of a process. */
  List<ProcessStat> children(long pid) {
    return byParent.getOrDefault(pid, List.of());
  }

  /** Returns the live processes in the session or process group with an id. */
  List<ProcessStat> inSessionOrGroup(long id) {
    return bySessionOrGroup.getOrDefault(id, List.of());
  }
}
