package io.luhproc.process;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A process table that holds what a test puts into it. */
final class ScriptedTable implements ProcessTable {
  static final String BOOT = "this-boot";

  private final Map<Long, ProcessEntry> rows = new TreeMap<>();
  private final Map<Long, String> cookies = new HashMap<>();
  private long start = 1000;

  /** Adds a process that is younger than all before it. */
  ProcessEntry add(long pid, long parent, long session) {
    return add(pid, parent, session, session);
  }

  ProcessEntry add(long pid, long parent, long session, long group) {
    start++;
    ProcessEntry entry =
        new ProcessEntry(
            pid, parent, group, session, 'S', start, Duration.ZERO, 4096, 1, "p" + pid);
    rows.put(pid, entry);
    cookies.remove(pid);
    return entry;
  }

  ProcessIdentity identity(long pid) {
    return new ProcessIdentity(pid, rows.get(pid).startTicks(), BOOT);
  }

  void cookie(long pid, Object directory) {
    cookies.put(pid, directory.toString());
  }

  void state(long pid, char state) {
    ProcessEntry was = rows.get(pid);
    rows.put(
        pid,
        new ProcessEntry(
            pid,
            was.parent(),
            was.group(),
            was.session(),
            state,
            was.startTicks(),
            was.cpuTime(),
            was.rssBytes(),
            was.threads(),
            was.name()));
  }

  /** Takes a process away; its children go to init. */
  void end(long pid) {
    rows.remove(pid);
    cookies.remove(pid);
    for (ProcessEntry child : List.copyOf(rows.values())) {
      if (child.parent() == pid) {
        rows.put(
            child.pid(),
            new ProcessEntry(
                child.pid(),
                1,
                child.group(),
                child.session(),
                child.state(),
                child.startTicks(),
                child.cpuTime(),
                child.rssBytes(),
                child.threads(),
                child.name()));
      }
    }
  }

  @Override
  public Optional<ProcessEntry> find(long pid) {
    return Optional.ofNullable(rows.get(pid));
  }

  @Override
  public List<ProcessEntry> all() {
    return new ArrayList<>(rows.values());
  }

  @Override
  public Optional<String> environment(long pid, String variable) {
    return variable.equals("LUHPROC_DIR")
        ? Optional.ofNullable(cookies.get(pid))
        : Optional.empty();
  }

  @Override
  public String bootId() {
    return BOOT;
  }

  /** Returns the same process with another start: who had its pid at another time. */
  static ProcessEntry startedAt(ProcessEntry was, long startTicks) {
    return new ProcessEntry(
        was.pid(),
        was.parent(),
        was.group(),
        was.session(),
        was.state(),
        startTicks,
        was.cpuTime(),
        was.rssBytes(),
        was.threads(),
        was.name());
  }
}
