package io.luhproc.tree;

import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.ProcessTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A snapshot that reads the rows of processes when they are asked for.
 *
 * <p>A {@link ProcessIndex} tells which processes may be children of a process or in a session or
 * group. A member that forks and exits after the update of the index and before its row is read
 * leaves an unknown child, so a tree is empty only if {@link #refresh()} finds no new process
 * afterwards.
 */
final class IndexedSnapshot implements ProcessSnapshot {
  private final ProcessTable table;
  private final ProcessIndex index;
  private final long minStartTicks;
  private final Map<Long, Optional<ProcessStat>> rows = new HashMap<>();
  private final Map<Long, List<ProcessStat>> byParent = new HashMap<>();
  private final Map<Long, List<ProcessStat>> bySessionOrGroup = new HashMap<>();
  // Parents, sessions and groups whose candidates were read.
  private final Set<Long> readParents = new HashSet<>();
  private final Set<Long> readSessionsAndGroups = new HashSet<>();
  private long lastPid;

  /**
   * Takes a snapshot.
   *
   * @param minStartTicks markers of processes that started earlier are not read
   */
  IndexedSnapshot(ProcessTable table, ProcessIndex index, long minStartTicks) {
    this.table = table;
    this.index = index;
    this.minStartTicks = minStartTicks;
    this.lastPid = index.update(minStartTicks).lastPid();
  }

  @Override
  public boolean refresh() {
    ProcessIndex.Update update = index.update(minStartTicks);
    if (!update.anyNew() && update.lastPid() == lastPid) {
      return false;
    }
    lastPid = update.lastPid();
    rows.clear();
    byParent.clear();
    bySessionOrGroup.clear();
    readParents.clear();
    readSessionsAndGroups.clear();
    return true;
  }

  @Override
  public Optional<ProcessStat> find(long pid) {
    Optional<ProcessStat> known = rows.get(pid);
    return known == null ? read(pid) : known;
  }

  private Optional<ProcessStat> read(long pid) {
    Optional<ProcessStat> row = table.probe(pid);
    if (row.isPresent() && row.get().isDead()) {
      row = Optional.empty();
    }
    rows.put(pid, row);
    if (row.isEmpty()) {
      index.remove(pid);
    } else {
      boolean ignored = index.add(row.get());
      ProcessStat process = row.get();
      add(byParent, process.parentPid(), process);
      add(bySessionOrGroup, process.sessionId(), process);
      if (process.processGroupId() != process.sessionId()) {
        add(bySessionOrGroup, process.processGroupId(), process);
      }
    }
    return row;
  }

  private static void add(Map<Long, List<ProcessStat>> index, long key, ProcessStat process) {
    List<ProcessStat> processes = index.get(key);
    if (processes == null) {
      processes = new ArrayList<>(1);
      index.put(key, processes);
    }
    processes.add(process);
  }

  @Override
  public ProcessMarkers markers(ProcessStat process) {
    return FullSnapshot.mayHaveMarkers(process, minStartTicks)
        ? index.markers(process)
        : ProcessMarkers.NONE;
  }

  @Override
  public List<ProcessStat> withMarker(String directoryName) {
    return read(index.withMarker(directoryName));
  }

  @Override
  public List<ProcessStat> withLimit(long limit) {
    return read(index.withLimit(limit));
  }

  private List<ProcessStat> read(List<Long> pids) {
    List<ProcessStat> processes = new ArrayList<>();
    for (long pid : pids) {
      Optional<ProcessStat> process = find(pid);
      if (process.isPresent()) {
        processes.add(process.get());
      }
    }
    return processes;
  }

  @Override
  public List<ProcessStat> children(long pid) {
    if (readParents.add(pid)) {
      List<Long> candidates = index.childrenOf(pid);
      for (long child : table.mainThreadChildren(pid)) {
        candidates.add(child);
      }
      List<ProcessStat> ignored = read(candidates);
    }
    return copy(byParent, pid);
  }

  @Override
  public List<ProcessStat> inSessionOrGroup(long id) {
    if (readSessionsAndGroups.add(id)) {
      List<ProcessStat> ignored = read(index.inSessionOrGroup(id));
    }
    return copy(bySessionOrGroup, id);
  }

  /** Copies a list that grows when another row is read. */
  private static List<ProcessStat> copy(Map<Long, List<ProcessStat>> index, long key) {
    List<ProcessStat> processes = index.get(key);
    return processes == null ? List.of() : new ArrayList<>(processes);
  }
}
