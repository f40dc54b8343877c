package io.luhproc.tree;

import io.luhproc.process.ProcessIdentity;
import io.luhproc.process.ProcessStat;
import io.luhproc.procfs.LimitMarker;
import io.luhproc.procfs.PidCounter;
import io.luhproc.procfs.ProcessTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An in-memory process table. */
final class FakeProcessTable implements ProcessTable {
  static final String BOOT_ID = "this-boot";

  private final Map<Long, ProcessStat> rows = new TreeMap<>();
  private final Map<Long, String> markers = new HashMap<>();
  private final Map<Long, LimitMarker> limits = new HashMap<>();
  private final Map<Long, Long> users = new HashMap<>();
  private final Set<Long> stopPending = new HashSet<>();
  private @Nullable FakePidCounter pidCounter;
  private long lastStartTicks = 1000;

  /** Adds a process that starts after all processes added before. */
  ProcessStat add(long pid, long parentPid, long sessionId) {
    return add(pid, parentPid, sessionId, sessionId);
  }

  ProcessStat add(long pid, long parentPid, long sessionId, long processGroupId) {
    lastStartTicks++;
    ProcessStat process =
        new ProcessStat(
            pid,
            parentPid,
            processGroupId,
            sessionId,
            'S',
            lastStartTicks,
            Duration.ZERO,
            4096,
            1,
            "p" + pid,
            lastStartTicks);
    rows.put(pid, process);
    markers.remove(pid);
    limits.remove(pid);
    if (pidCounter != null) {
      pidCounter.allocate(pid);
    }
    return process;
  }

  /** Adds a process that starts in the same clock tick as the last one. */
  ProcessStat addInSameTick(long pid, long parentPid, long sessionId) {
    lastStartTicks--;
    return add(pid, parentPid, sessionId);
  }

  ProcessIdentity identity(long pid) {
    return new ProcessIdentity(pid, rows.get(pid).startTicks(), BOOT_ID);
  }

  void setMarker(long pid, Object directory) {
    markers.put(pid, directory.toString());
  }

  /** Adds a counter, which the next process sets to its pid. */
  FakePidCounter addPidCounter() {
    pidCounter = new FakePidCounter();
    return pidCounter;
  }

  @Override
  public Optional<PidCounter> pidCounter() {
    return Optional.ofNullable(pidCounter);
  }

  /** Changes the parent, session and group of a process. */
  void move(long pid, long parentPid, long sessionId, long processGroupId) {
    ProcessStat original = rows.get(pid);
    rows.put(
        pid,
        new ProcessStat(
            pid,
            parentPid,
            processGroupId,
            sessionId,
            original.state(),
            original.startTicks(),
            original.cpuTime(),
            original.rssBytes(),
            original.threadCount(),
            original.name(),
            original.execId()));
  }

  @Override
  public long[] mainThreadChildren(long pid) {
    return all().stream().filter(it -> it.parentPid() == pid).mapToLong(ProcessStat::pid).toArray();
  }

  void setLimit(long pid, LimitMarker marker) {
    limits.put(pid, marker);
  }

  /** Blocks a process in the kernel, with SIGSTOP pending. */
  void blockWithStopPending(long pid) {
    setState(pid, 'D');
    stopPending.add(pid);
  }

  @Override
  public boolean isStopPending(long pid) {
    return stopPending.contains(pid);
  }

  void setUser(long pid, long userId) {
    users.put(pid, userId);
  }

  /** Executes another program with another marker in a process. */
  void exec(long pid, Object directory) {
    ProcessStat original = rows.get(pid);
    rows.put(
        pid, copy(original, original.parentPid(), original.state(), original.execId() + 1_000_000));
    setMarker(pid, directory);
  }

  void setState(long pid, char state) {
    ProcessStat original = rows.get(pid);
    rows.put(pid, copy(original, original.parentPid(), state, original.execId()));
  }

  private static ProcessStat copy(ProcessStat original, long parentPid, char state, long execId) {
    return new ProcessStat(
        original.pid(),
        parentPid,
        original.processGroupId(),
        original.sessionId(),
        state,
        original.startTicks(),
        original.cpuTime(),
        original.rssBytes(),
        original.threadCount(),
        original.name(),
        execId);
  }

  /** Removes a process. Init becomes the parent of its children. */
  void exit(long pid) {
    rows.remove(pid);
    markers.remove(pid);
    limits.remove(pid);
    for (ProcessStat child : List.copyOf(rows.values())) {
      if (child.parentPid() == pid) {
        rows.put(child.pid(), copy(child, 1, child.state(), child.execId()));
      }
    }
  }

  @Override
  public Optional<ProcessStat> find(long pid) {
    return Optional.ofNullable(rows.get(pid));
  }

  @Override
  public List<ProcessStat> all() {
    return new ArrayList<>(rows.values());
  }

  @Override
  public Optional<String> environmentVariable(long pid, String variable) {
    return variable.equals("LUHPROC_DIR")
        ? Optional.ofNullable(markers.get(pid))
        : Optional.empty();
  }

  @Override
  public Optional<LimitMarker> limitMarker(long pid) {
    return Optional.ofNullable(limits.get(pid));
  }

  @Override
  public OptionalLong realUserId(long pid) {
    return OptionalLong.of(users.getOrDefault(pid, 0L));
  }

  @Override
  public String bootId() {
    return BOOT_ID;
  }

  /** Returns a copy with another start time, which stands for another process with this pid. */
  static ProcessStat withStartTicks(ProcessStat original, long startTicks) {
    return new ProcessStat(
        original.pid(),
        original.parentPid(),
        original.processGroupId(),
        original.sessionId(),
        original.state(),
        startTicks,
        original.cpuTime(),
        original.rssBytes(),
        original.threadCount(),
        original.name(),
        original.execId());
  }
}
