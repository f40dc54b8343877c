package io.luhproc.tree;

import io.luhproc.LuhprocException;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.PidCounter;
import io.luhproc.procfs.ProcessTable;
import io.luhproc.time.TimeSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Remembers all processes across scans, so that a scan reads only new processes and those that may
 * be members of a tree. Its cost does not grow with the number of processes on the machine.
 *
 * <p>What a process was when it was first seen tells which trees it may belong to later:
 *
 * <ul>
 *   <li>It can leave its session and process group, but only join groups of its own session, see
 *       setpgid(2).
 *   <li>It gets another parent only when its parent exits: a child subreaper, whose children the
 *       kernel lists, or init.
 *   <li>It gets other markers by execve(2). Only the root of a launch gets the markers of a tree
 *       that it does not descend from, and the scope of the tree has its pid.
 * </ul>
 *
 * <p>The index is a hint. {@link IndexedSnapshot} reads the present row of every candidate. An
 * entry stays until its process is found to have exited, or until the next listing.
 */
final class ProcessIndex {
  private static final int MIN_LISTED = 64;
  private static final int MAX_STALE = 1024;

  private final ProcessTable table;
  private final TreeMarkerCache markerCache;
  private final AllocatedPids allocated;
  private final Map<Long, Entry> byPid = new HashMap<>();
  private final Map<Long, List<Entry>> byParent = new HashMap<>();
  private final Map<Long, List<Entry>> bySessionOrGroup = new HashMap<>();
  private final Map<Long, List<Entry>> byLimit = new HashMap<>();
  private final Map<String, List<Entry>> byMarkerName = new HashMap<>();
  // Processes whose markers were not yet needed, the newest first.
  private final PriorityQueue<Entry> unmarked = new PriorityQueue<>(new NewestFirst());
  private int listedCount;
  private int removedCount;

  ProcessIndex(
      ProcessTable table, TreeMarkerCache markerCache, PidCounter counter, TimeSource time) {
    this.table = table;
    this.markerCache = markerCache;
    this.allocated = new AllocatedPids(counter, time);
  }

  /**
   * Adds the processes that have started since the last call.
   *
   * @param minStartTicks markers of processes that started earlier are not read
   * @return the counter of pids as it was before, and whether there are new processes
   */
  Update update(long minStartTicks) {
    try {
      AllocatedPids.Range range = allocated.next();
      boolean anyNew = readNew(range);
      readMarkers(minStartTicks);
      return new Update(range.last(), anyNew);
    } catch (LuhprocException e) {
      // Part of the range was not read.
      allocated.reset();
      throw e;
    }
  }

  private boolean readNew(AllocatedPids.Range range) {
    if (range.isAll() || byPid.size() > 2 * listedCount + MAX_STALE) {
      return rescan();
    }
    boolean isFewer = range.last() - range.after() <= Math.max(MIN_LISTED, byPid.size());
    return isFewer ? probe(range) : readUnknown(table.pids());
  }

  /** The last pid that was allocated before an update, and whether the update found processes. */
  record Update(long lastPid, boolean anyNew) {}

  private boolean probe(AllocatedPids.Range range) {
    boolean anyNew = false;
    for (long pid = range.after() + 1; pid <= range.last(); pid++) {
      anyNew |= !byPid.containsKey(pid) && addIfAlive(table.probe(pid));
    }
    return anyNew;
  }

  private boolean readUnknown(long[] pids) {
    boolean anyNew = false;
    for (long pid : pids) {
      anyNew |= !byPid.containsKey(pid) && addIfAlive(table.find(pid));
    }
    return anyNew;
  }

  /** Reads the row of every process, because a pid may have been reused. */
  private boolean rescan() {
    long[] pids = table.pids();
    listedCount = pids.length;
    Set<Long> exited = new HashSet<>(byPid.keySet());
    boolean anyNew = false;
    for (long pid : pids) {
      boolean ignored = exited.remove(pid);
      anyNew |= addIfAlive(table.find(pid));
    }
    for (long pid : exited) {
      remove(pid);
    }
    return anyNew;
  }

  private boolean addIfAlive(Optional<ProcessStat> process) {
    return process.isPresent() && !process.get().isDead() && add(process.get());
  }

  /** Adds the present row of a live process; returns false if the process is known. */
  boolean add(ProcessStat process) {
    Entry known = byPid.get(process.pid());
    if (known != null && known.process.startTicks() == process.startTicks()) {
      return false;
    }
    remove(process.pid());
    if (FullSnapshot.isKernelThread(process)) {
      return false;
    }
    Entry entry = new Entry(process);
    byPid.put(process.pid(), entry);
    addToIndexes(entry);
    boolean ignored = unmarked.add(entry);
    return true;
  }

  private void addToIndexes(Entry entry) {
    ProcessStat process = entry.process;
    add(byParent, process.parentPid(), entry);
    add(bySessionOrGroup, process.sessionId(), entry);
    if (process.processGroupId() != process.sessionId()) {
      add(bySessionOrGroup, process.processGroupId(), entry);
    }
    addMarkers(entry);
  }

  private void addMarkers(Entry entry) {
    if (!entry.markers.directory().isEmpty()) {
      add(byMarkerName, TreeMarker.directoryName(entry.markers.directory()), entry);
    }
    if (entry.markers.limit() != 0) {
      add(byLimit, entry.markers.limit(), entry);
    }
  }

  private static <K> void add(Map<K, List<Entry>> index, K key, Entry entry) {
    List<Entry> entries = index.get(key);
    if (entries == null) {
      entries = new ArrayList<>(1);
      index.put(key, entries);
    }
    entries.add(entry);
  }

  private void readMarkers(long minStartTicks) {
    while (!unmarked.isEmpty() && unmarked.peek().process.startTicks() >= minStartTicks) {
      Entry entry = unmarked.peek();
      if (!entry.isRemoved && FullSnapshot.mayHaveMarkers(entry.process, minStartTicks)) {
        ProcessMarkers ignored = markers(entry.process);
      }
      Entry ignored = unmarked.remove();
    }
  }

  /** Returns the markers of a process whose present row is given. */
  ProcessMarkers markers(ProcessStat process) {
    ProcessMarkers markers = markerCache.get(table, process);
    Entry entry = byPid.get(process.pid());
    if (entry != null && !entry.markers.isSame(markers)) {
      entry.markers = markers;
      addMarkers(entry);
    }
    return markers;
  }

  /** Removes a process that has exited. */
  void remove(long pid) {
    Entry entry = byPid.remove(pid);
    if (entry != null) {
      entry.isRemoved = true;
      markerCache.remove(pid);
      removedCount++;
      if (removedCount > byPid.size() + MAX_STALE) {
        removeStaleReferences();
      }
    }
  }

  private void removeStaleReferences() {
    removedCount = 0;
    byParent.clear();
    bySessionOrGroup.clear();
    byLimit.clear();
    byMarkerName.clear();
    byPid.values().forEach(this::addToIndexes);
    boolean ignored = unmarked.removeIf(entry -> entry.isRemoved);
  }

  /** Returns the pids of processes that were children of a process when first seen. */
  List<Long> childrenOf(long pid) {
    return pids(byParent.get(pid));
  }

  /** Returns the pids of processes that were in a session or group when first seen. */
  List<Long> inSessionOrGroup(long id) {
    return pids(bySessionOrGroup.get(id));
  }

  /** Returns the pids of processes with a limit marker. */
  List<Long> withLimit(long limit) {
    return pids(byLimit.get(limit));
  }

  /** Returns the pids of processes whose environment marker ends with a name. */
  List<Long> withMarker(String directoryName) {
    return pids(byMarkerName.get(directoryName));
  }

  private static List<Long> pids(@Nullable List<Entry> entries) {
    List<Long> pids = new ArrayList<>();
    if (entries != null) {
      for (Entry entry : entries) {
        if (!entry.isRemoved) {
          pids.add(entry.process.pid());
        }
      }
    }
    return pids;
  }

  /** Returns the number of processes. */
  int size() {
    return byPid.size();
  }

  /** A process as it was first seen. Compared by reference. */
  private static final class Entry {
    private final ProcessStat process;
    private ProcessMarkers markers = ProcessMarkers.NONE;
    private boolean isRemoved;

    Entry(ProcessStat process) {
      this.process = process;
    }
  }

  /** A class, because the first lambda is slow in a cold JVM. */
  private static final class NewestFirst implements Comparator<Entry> {
    @Override
    public int compare(Entry one, Entry other) {
      return Long.compare(other.process.startTicks(), one.process.startTicks());
    }
  }
}
