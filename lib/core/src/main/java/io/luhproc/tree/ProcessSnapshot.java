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
 * One look at the whole process table: everybody who lives, by all that may tell whose they are.
 * Any number of trees are told apart by one roll call.
 *
 * <p>Processes are listed until a listing shows nobody new: one that forked and left between its
 * listing and its reading would hide its child. For the same reason the cookie is read together
 * with the entry, while the process is there. 400 links of a chain in which each forks the next and
 * leaves, 1 ms apiece, do not get away.
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
  private final Map<Long, String> markerByPid = new HashMap<>();
  private final Map<String, List<ProcessStat>> byMarkerName = new HashMap<>();

  /**
   * Reads everybody once, and newcomers until the deadline has passed.
   *
   * @param minStartTicks cookies of processes that started before do not matter and may not be read
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
        Optional<ProcessStat> entry = table.find(pid);
        if (entry.isPresent() && !entry.get().isDead()) {
          add(entry.get());
        }
      }
    }
    return anyNew;
  }

  private void add(ProcessStat entry) {
    liveByPid.put(entry.pid(), entry);
    add(byParent, entry.parentPid(), entry);
    add(bySessionOrGroup, entry.sessionId(), entry);
    if (entry.processGroupId() != entry.sessionId()) {
      add(bySessionOrGroup, entry.processGroupId(), entry);
    }
    if (mayHaveMarker(entry)) {
      String marker = markerCache.get(table, entry);
      if (!marker.isEmpty()) {
        markerByPid.put(entry.pid(), marker);
        add(byMarkerName, TreeMarker.directoryName(marker), entry);
      }
    }
  }

  private static <K> void add(Map<K, List<ProcessStat>> index, K key, ProcessStat entry) {
    List<ProcessStat> entries = index.get(key);
    if (entries == null) {
      entries = new ArrayList<>(1);
      index.put(key, entries);
    }
    entries.add(entry);
  }

  private boolean mayHaveMarker(ProcessStat entry) {
    return ProcessIdentity.isValidPid(entry.pid())
        && entry.startTicks() >= minStartTicks
        && !isKernelThread(entry);
  }

  /** Children of kthreadd, pid 2, have no memory and no session, and never an environment. */
  private static boolean isKernelThread(ProcessStat entry) {
    return entry.sessionId() == 0 && entry.rssBytes() == 0 && entry.parentPid() <= 2;
  }

  /** Returns who of this pid lives. */
  Optional<ProcessStat> find(long pid) {
    return Optional.ofNullable(liveByPid.get(pid));
  }

  /** Returns the cookie that somebody carries itself; empty where there is none. */
  String marker(long pid) {
    return markerByPid.getOrDefault(pid, "");
  }

  /** Returns who carries a cookie whose path ends with a name. */
  List<ProcessStat> withMarker(String directoryName) {
    return byMarkerName.getOrDefault(directoryName, List.of());
  }

  /** Returns who lives and has this parent. */
  List<ProcessStat> children(long pid) {
    return byParent.getOrDefault(pid, List.of());
  }

  /** Returns who lives in the session or in the process group of this id. */
  List<ProcessStat> inSessionOrGroup(long id) {
    return bySessionOrGroup.getOrDefault(id, List.of());
  }
}
